import { type Analysis, type AnalysisOptions, analyze, type FilePlace } from '../../server/src/analysis';
import { definitionAt } from '../../server/src/features/definition';
import { referencesAt } from '../../server/src/features/references';
import { atMark, MARK } from '../support/cursor';

/** A place as a reader would name it: the line's number, from 1 on, and the characters. */
export function shown({ files }: Analysis, { file, start, end, range }: FilePlace): string {
  const text = files.text(file);
  if (text === undefined) throw new Error(`no text of ${file}`);
  return `${file}:${range.start.line + 1} ${text.slice(start, end)}`;
}

export interface Asked {
  readonly analysis: Analysis;
  readonly offset: number;
}

export function ask(file: string, marked: string, options: AnalysisOptions = {}): Asked {
  const { text, offset } = atMark(marked);
  return { analysis: analyze({ name: file, text }, options), offset };
}

/** What is named at the mark. */
export function definition(file: string, marked: string, others: readonly Analysis[] = [], options = {}): string[] {
  const { analysis, offset } = ask(file, marked, options);
  const found = definitionAt(analysis, offset, others);
  return (found?.to ?? []).map((place) => shown(holder(place, [analysis, ...others]), place));
}

/** Where the thing at the mark is used. */
export function references(file: string, marked: string, others: readonly Analysis[] = [], declared = false): string[] {
  const { analysis, offset } = ask(file, marked);
  return referencesAt(analysis, offset, others, declared).map((place) =>
    shown(holder(place, [analysis, ...others]), place),
  );
}

function holder({ file }: FilePlace, analyses: readonly Analysis[]): Analysis {
  const found = analyses.find(({ files }) => files.text(file) !== undefined);
  if (!found) throw new Error(`nobody has ${file}`);
  return found;
}

/** The text with the mark before the last character of an occurrence of `around`. */
export function mark(text: string, around: string, nth = 0): string {
  let at = -1;
  for (let count = 0; count <= nth; count += 1) {
    at = text.indexOf(around, at + 1);
    if (at < 0) throw new Error(`${around} is not there ${nth + 1} times`);
  }
  const last = at + around.length - 1;
  return `${text.slice(0, last)}${MARK}${text.slice(last)}`;
}

/** A manifest of a decode engine as people write it, with all that it refers to. */
export const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata:
  name: vllm-env
data:
  UCX_TLS: rc,cuda_copy
  side-port: "5700"
  serve.sh: |
    PORT=8000
    exec vllm serve m --port $PORT
---
apiVersion: v1
kind: Service
metadata:
  name: vllm-decode
spec:
  selector:
    app: decode
  ports:
    - name: http
      port: 80
      targetPort: api
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    metadata:
      labels:
        app: decode
    spec:
      volumes:
        - name: shm
          emptyDir: {medium: Memory}
        - name: scripts
          configMap:
            name: vllm-env
            items:
              - key: serve.sh
                path: start.sh
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.19.1
          args:
            - Qwen/Qwen3-8B
            - --tensor-parallel-size=2
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
            - --served-model-name=$(MODEL_NAME)
          env:
            - name: MODEL_NAME
              value: qwen
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              valueFrom:
                configMapKeyRef:
                  name: vllm-env
                  key: side-port
            - name: PREFILL_URL
              value: http://vllm-decode.default.svc:80/v1
          envFrom:
            - configMapRef:
                name: vllm-env
          ports:
            - name: api
              containerPort: 8000
          readinessProbe:
            httpGet: {path: /health, port: api}
          volumeMounts:
            - name: shm
              mountPath: /dev/shm
`;
