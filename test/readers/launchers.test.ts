// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts.
import { join } from 'node:path';
import { describeFixtures, type Fixture } from './fixture';

const official = 'vllm/vllm-openai:v0.25.1';
const sagemaker = 'public.ecr.aws/deep-learning-containers/vllm:0.23.0-gpu-py312-cu130-ubuntu22.04-sagemaker';

/** What starts engines on machines of one's own: Compose, Slurm, systemd, Podman. */
const launchers: Readonly<Record<string, Fixture>> = {
  'compose.yaml': {
    engines: [
      `prefill | prefill by kv_role | ${official} | image | prefill`,
      `decode | decode by kv_role | ${official} | vllm serve | vllm`,
    ],
    flags: { 0: ['port 8100'], 1: ['port ‹variable ${DECODE_PORT:-8200}›'] },
    environment: {
      0: { VLLM_NIXL_SIDE_CHANNEL_HOST: 'prefill', VLLM_NIXL_SIDE_CHANNEL_PORT: '5600' },
      1: { VLLM_NIXL_SIDE_CHANNEL_HOST: 'decode' },
    },
    ports: { 0: [':8100', ':5600'], 1: [':8200'] },
    pods: [],
    mistake: { rule: 'side-channel-port-value', covers: '56OO' },
  },
  'decode.service': {
    engines: [' | decode by kv_role | no image | vllm serve | /opt/vllm/bin/vllm serve'],
    flags: { 0: ['port 8200'] },
    environment: { 0: { VLLM_NIXL_SIDE_CHANNEL_HOST: '10.0.0.7', UCX_TLS: 'rc,cuda_copy' } },
    ports: {},
    pods: [],
    mistake: { rule: 'side-channel-port-value', covers: '5601.' },
  },
  'pd.sbatch': {
    engines: [
      ' | prefill by kv_role | no image | vllm serve | vllm serve',
      ` | no role | ${official} | vllm serve | vllm serve`,
    ],
    flags: { 0: ['port 8100'], 1: ['port 8200'] },
    environment: {
      0: { UCX_TLS: 'rc,cuda_copy', VLLM_NIXL_SIDE_CHANNEL_HOST: '‹command $(hostname -i)›' },
      1: { UCX_TLS: 'rc,cuda_copy', VLLM_NIXL_SIDE_CHANNEL_HOST: '‹variable ${nodes[1]}›' },
    },
    ports: {},
    pods: [],
    ranks: { 0: '8 1 1 1 0', 1: '8 1 1 1 0' },
    mistake: { rule: 'unknown-role', covers: 'kv_consume' },
  },
  'prefill.container': {
    engines: [` | prefill by kv_role | docker.io/${official} | image | docker.io/${official}`],
    flags: { 0: ['port 8100'] },
    environment: { 0: { VLLM_NIXL_SIDE_CHANNEL_HOST: '10.0.0.8' } },
    ports: {},
    pods: [],
    mistake: { rule: 'unknown-connector', covers: 'nixlConnector' },
  },
  'sagemaker-compose.yaml': {
    engines: [`decode | decode by name | ${sagemaker} | api_server | decode`],
    flags: { 0: ['port 8080', 'model Qwen/Qwen3-8B', 'port 8000'] },
    environment: { 0: { VLLM_NIXL_SIDE_CHANNEL_HOST: 'decode' } },
    ports: { 0: [':8000'] },
    pods: [],
    derived: ['--port', '8080', '--model', '--port', '--kv-transfer-config'],
    mistake: { rule: 'unknown-role', covers: 'kv_decode' },
  },
};

describeFixtures(join(import.meta.dirname, '../fixtures/launchers'), launchers);
