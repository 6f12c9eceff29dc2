import { describe, expect, it } from 'vitest';
import { type Analysis, AnalysisSession, analyze, type ReferencedFile, type Rule } from '../../server/src/analysis';
import { placeOf } from '../../server/src/model';

const engine = (name: string, role: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: ["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"${role}"}']
`;
const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\ndata: { a: b }\n';
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: decode }\nspec: { ports: [] }\n';

const bundle = (...documents: string[]) => documents.join('---\n');

/** What findings cover, with their rules. */
function shown({ problems, text }: Analysis): string[] {
  return problems.map(({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`);
}

describe('a session', () => {
  it('parses only documents that say something to us', () => {
    const session = new AnalysisSession();
    session.analyze({ name: 'all.yaml', text: bundle(other, engine('a', 'kv_producer'), other, service, other) });
    expect(session.work.documentsParsed).toBe(2);
  });

  it('parses one document for an edit in one', () => {
    const session = new AnalysisSession();
    const documents = Array.from({ length: 20 }, (_, index) => engine(`e${index}`, 'kv_producer'));
    session.analyze({ name: 'all.yaml', text: bundle(...documents) });
    const { documentsParsed, rulesRun } = session.work;
    expect(documentsParsed).toBe(20);
    documents[7] = engine('e7', 'kv_producr');
    const analysis = session.analyze({ name: 'all.yaml', text: bundle(...documents) });
    expect(session.work.documentsParsed).toBe(documentsParsed + 1);
    expect(session.work.rulesRun - rulesRun).toBeLessThan(rulesRun / 10);
    expect(shown(analysis)).toContain('unknown-role: kv_producr');
  });

  it('gives what a first run gives, whatever came before', () => {
    const session = new AnalysisSession();
    const texts = [
      bundle(engine('a', 'x'), engine('b', 'y')),
      bundle('# a comment\n', engine('b', 'y'), engine('a', 'x'), engine('a', 'x')),
      engine('a', 'x'),
      '',
      bundle(other, engine('b', 'y')),
    ];
    for (const text of texts) {
      const name = 'all.yaml';
      expect(session.analyze({ name, text }).problems).toEqual(analyze({ name, text }).problems);
    }
  });

  it('tells documents of equal text apart', () => {
    const text = bundle(engine('a', 'x'), engine('a', 'x'));
    const { problems } = analyze({ name: 'all.yaml', text });
    const starts = problems.filter(({ rule }) => rule === 'unknown-role').map(({ start }) => start);
    expect(starts).toHaveLength(2);
    expect(starts[1]! - starts[0]!).toBe(engine('a', 'x').length + '---\n'.length);
  });

  it('reads everything anew when the stated version changes', () => {
    const session = new AnalysisSession();
    const text = engine('a', 'kv_producer');
    session.analyze({ name: 'a.yaml', text });
    session.analyze({ name: 'a.yaml', text }, { assumptions: { ucx: '1.19.0' } });
    expect(session.work.documentsParsed).toBe(2);
    session.analyze({ name: 'a.yaml', text: `# nixl: vllm=0.11.0\n${text}` }, { assumptions: { ucx: '1.19.0' } });
    expect(session.work.documentsParsed).toBe(3);
  });

  it('can try another text without forgetting', () => {
    const session = new AnalysisSession();
    const text = bundle(engine('a', 'x'), engine('b', 'y'));
    session.analyze({ name: 'all.yaml', text });
    const fork = session.fork();
    fork.analyze({ name: 'all.yaml', text: text.replace('"x"', '"z"') });
    expect(fork.work.documentsParsed).toBe(1);
    session.analyze({ name: 'all.yaml', text });
    expect(session.work.documentsParsed).toBe(2);
  });

  it('does nothing for a text without a word of ours', () => {
    const session = new AnalysisSession();
    const analysis = session.analyze({ name: 'app.yaml', text: other });
    expect(analysis.host).toBeUndefined();
    expect(session.work).toEqual({ analyses: 1, documentsParsed: 0, rulesRun: 0 });
  });
});

describe('rules', () => {
  const plain: Omit<Rule, 'id'> = {
    title: 'Test',
    category: 'flags',
    severity: 'error',
  };
  const onPlace: Rule = {
    ...plain,
    id: 'on-place',
    *check({ kvTransfer }) {
      if (kvTransfer) yield { place: kvTransfer.place, severity: 'info', message: 'here' };
    },
  };
  const throwing: Rule = {
    ...plain,
    id: 'throwing',
    check() {
      throw new Error('the secret word');
    },
  };
  const input = { name: 'a.yaml', text: engine('a', 'kv_producer') };

  it('cost only themselves when they throw, and the log has no content', () => {
    const logged: string[] = [];
    const log = (message: string) => logged.push(message);
    const { problems } = analyze(input, { catalogue: [throwing, onPlace], log });
    expect(problems.map(({ rule }) => rule)).toEqual(['on-place']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^Rule throwing failed on a\.yaml: Error at /);
    expect(logged[0]).not.toContain('secret');
  });

  it('are not run when they are off, and get the severity that the user gives', () => {
    const session = new AnalysisSession();
    expect(session.analyze(input, { catalogue: [onPlace], rules: { 'on-place': 'off' } }).problems).toEqual([]);
    expect(session.work.rulesRun).toBe(0);
    const [problem] = session.analyze(input, { catalogue: [onPlace], rules: { 'on-place': 'hint' } }).problems;
    expect(problem).toMatchObject({ severity: 'hint', message: 'here' });
  });

  it('see all engines of the file together', () => {
    const counted: string[] = [];
    const all: Rule = {
      ...plain,
      id: 'all',
      *checkDeployment({ engines, services }) {
        counted.push(...engines.map(({ name }) => name ?? ''), ...services.map(({ name }) => name));
        const keys = new Set(engines.map(({ network }) => network.key));
        if (keys.size !== engines.length) yield { place: engines[0]!.place, severity: 'error', message: 'shared' };
      },
    };
    const text = bundle(engine('a', 'x'), service, engine('a', 'y'));
    expect(analyze({ name: 'a.yaml', text }, { catalogue: [all] }).problems).toEqual([]);
    expect(counted).toHaveLength(3);
    expect(counted).toContain('decode');
  });
});

describe('files that are referred to', () => {
  const compose = `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    env_file: decode.env
    command: ["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`;
  const file = (text: string): ReferencedFile => ({ name: 'folder/decode.env', text });

  it('get the findings that lie in them', () => {
    const env = file('UCX_TLS=rc\nNIXL_LOG_LEVEL=LOUD\n');
    const { problems } = analyze({ name: 'folder/compose.yaml', text: compose }, { file: () => env });
    const found = problems.find(({ rule }) => rule === 'nixl-value');
    expect(found).toMatchObject({ file: 'folder/decode.env', range: { start: { line: 1, character: 15 } } });
    expect(found?.engine).toMatchObject({ file: 'folder/compose.yaml' });
  });

  it('are asked for by the path written, and read again only when they change', () => {
    const session = new AnalysisSession();
    const asked = new Set<string>();
    let env = file('UCX_TLS=rc\n');
    const options = {
      file: (path: string) => {
        asked.add(path);
        return path === 'decode.env' ? env : undefined;
      },
    };
    const input = { name: 'folder/compose.yaml', text: compose };
    session.analyze(input, options);
    const analysis = session.analyze(input, options);
    expect(asked).toContain('decode.env');
    expect(session.work.documentsParsed).toBe(1);
    env = file('UCX_TLS=tcp\n');
    const again = session.analyze(input, options);
    expect(session.work.documentsParsed).toBe(2);
    const value = (one: Analysis) => one.deployment.engines[0]?.environment.get('UCX_TLS')?.value;
    expect(value(analysis)).toMatchObject({ text: 'rc' });
    expect(value(again)).toMatchObject({ text: 'tcp' });
    expect(again.files.locate(placeOf(value(again)!))).toMatchObject({ file: 'folder/decode.env', start: 8, end: 11 });
  });
});

describe('limits', () => {
  it('stop before a parser sees the text', () => {
    const session = new AnalysisSession();
    const deep = `vllm: ${'['.repeat(10_000)}\n`;
    const { problems, unchecked } = session.analyze({ name: 'a.yaml', text: deep });
    expect(problems).toEqual([]);
    expect(unchecked).toEqual([
      expect.objectContaining({ file: 'a.yaml', reason: expect.stringContaining('200 levels') }),
    ]);
    expect(session.work.documentsParsed).toBe(0);
  });

  it('count levels of YAML, not of what is none', () => {
    const { problems, unchecked, text } = analyze({
      name: 'a.sh',
      text: `cat > note <<'EOF'\nnote: ${'['.repeat(1000)}\nEOF\nvllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producr"}'\n`,
    });
    expect(unchecked).toEqual([]);
    expect(problems.map(({ start, end }) => text.slice(start, end))).toContain('kv_producr');
  });

  it('count only the documents that concern us', () => {
    const filler = `a: ${'x'.repeat(9 * 1024 * 1024)}\n`;
    const deep = `b: ${'['.repeat(1000)}\n`;
    const fine = analyze({ name: 'a.yaml', text: bundle(filler, deep, engine('a', 'kv_producr')) });
    expect(fine.unchecked.filter(({ reason }) => reason.includes('limit'))).toEqual([]);
    expect(shown(fine)).toContain('unknown-role: kv_producr');
    const large = analyze({ name: 'a.yaml', text: bundle(`# vllm\n${filler}`, engine('a', 'kv_producr')) });
    expect(large.unchecked).toEqual([{ file: 'a.yaml', place: undefined, reason: expect.stringContaining('8 MB') }]);
  });

  it('count the lines and values of one document, and of all of a file', () => {
    const many = (lines: number) => `# vllm\n${'a: b\n'.repeat(lines)}`;
    const good = engine('a', 'kv_producr');
    const one = analyze({ name: 'a.yaml', text: bundle(many(80_000), good) });
    expect(one.unchecked.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/120,000 .*one YAML document/),
    );
    expect(shown(one)).toContain('unknown-role: kv_producr');
    const all = analyze({ name: 'a.yaml', text: bundle(good, many(50_000), many(40_000), many(30_000), many(20_000)) });
    const limits = all.unchecked.filter(({ reason }) => reason.includes('limit'));
    expect(limits.map(({ reason }) => reason)).toEqual([expect.stringMatching(/200,000 .*one file/)]);
    expect(shown(all)).toContain('unknown-role: kv_producr');
  });

  it('leave the documents beside a deep one checked', () => {
    const deep = `vllm: ${'['.repeat(1000)}\n`;
    const { unchecked, problems, text } = analyze({ name: 'a.yaml', text: bundle(engine('a', 'kv_producr'), deep) });
    expect(problems.map(({ start, end }) => text.slice(start, end))).toContain('kv_producr');
    expect(unchecked.find(({ reason }) => reason.includes('200 levels'))?.place?.start).toBe(text.indexOf('---'));
  });
});

describe('what could not be checked', () => {
  const reasons = (file: string, text: string) => analyze({ name: file, text }).unchecked.map(({ reason }) => reason);

  it('is listed for a NIXL engine', () => {
    const script = `export UCX_TLS=$(pick)
vllm serve m --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"$ROLE\\"}" "$@"
`;
    expect(reasons('serve.sh', script)).toEqual([
      expect.stringMatching(/^`UCX_TLS` is not known: `\$\(pick\)`/),
      expect.stringMatching(/^more flags may come: `"?\$@"?`/),
      expect.stringMatching(/^`kv_role` is not known: `\$ROLE`/),
    ]);
  });

  it('is not listed where it is none of our business', () => {
    expect(
      reasons(
        'serve.sh',
        'export HF_TOKEN=$(cat token)\nvllm serve m --kv-transfer-config \'{"kv_connector":"NixlConnector","kv_role":"kv_both"}\'\n',
      ),
    ).toEqual([]);
    expect(reasons('serve.sh', 'export UCX_TLS=$(pick)\nvllm serve m "$@"\n')).toEqual([]);
  });

  it("is not listed for a pod's own address", () => {
    const text = `${engine('a', 'kv_producer')}      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
`;
    expect(reasons('a.yaml', text)).toEqual([]);
  });
});
