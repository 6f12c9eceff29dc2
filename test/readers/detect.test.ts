import { expect, test } from 'vitest';
import { detectHost, mentionsOurs } from '../../server/src/readers';

const manifest = 'apiVersion: v1\nkind: Pod\n';
const env = '# prefill\nVLLM_NIXL_SIDE_CHANNEL_PORT=5600\n';
const script = '#!/bin/bash\nvllm serve m\n';

test.each([
  ['deploy.yaml', manifest, undefined, 'kubernetes'],
  ['deploy.yml', `- apiVersion: v1\n  kind: Pod\n`, undefined, 'kubernetes'],
  ['deployment.yaml.j2', manifest, undefined, 'kubernetes'],
  ['all.json', '{"apiVersion": "v1",\n "kind": "List", "items": []}', undefined, 'json'],
  ['all.json', '{\n"apiVersion": "v1",\n"kind": "List", "items": []}', undefined, 'kubernetes'],
  ['compose.yaml', 'services: {}', undefined, 'compose'],
  ['docker-compose.prod.yml', 'services:\n  a: {}\n', 'dockercompose', 'compose'],
  ['stack.yaml', 'services:\n  a:\n    image: x\n', undefined, 'compose'],
  ['serve.yaml', 'model: m\nkv-transfer-config: "{}"\n', undefined, 'vllm-config'],
  ['values.yaml', 'decode:\n  replicas: 1\n', undefined, 'yaml'],
  ['kv.json', '{}', undefined, 'json'],
  ['.env', env, 'properties', 'dotenv'],
  ['.env.prod', env, 'shellscript', 'dotenv'],
  ['prefill.env', env, 'plaintext', 'dotenv'],
  ['prefill.env.example', env, undefined, 'dotenv'],
  ['a/b/env.list', env, undefined, 'env-file-docker'],
  ['nixl.conf', env, undefined, 'dotenv'],
  ['ucx.conf', '', 'properties', 'ucx-config'],
  ['etc/ucx/ucx.conf', 'UCX_TLS=rc\n', undefined, 'ucx-config'],
  ['ucx.conf.j2', 'UCX_TLS={{ tls }}\n', undefined, 'ucx-config'],
  ['ucx-grace.conf', '[Grace]\nCPU model=Grace\nUCX_TLS=rc\n', undefined, 'ucx-config'],
  ['ucx-env.conf', 'UCX_TLS=rc\nNIXL_LOG_LEVEL=INFO\n', undefined, 'dotenv'],
  ['10-ucx.conf', '[Service]\nEnvironment=UCX_TLS=rc\n', undefined, 'systemd'],
  ['nixl.cfg', '', 'properties', 'nixl-config'],
  ['.nixl.cfg', 'NIXL_LOG_LEVEL = "INFO"\n', undefined, 'nixl-config'],
  ['nixl-prod.toml', 'NIXL_TELEMETRY_ENABLE = true\n[other]\na = 1\n', 'toml', 'nixl-config'],
  ['config.toml', 'NIXL_TELEMETRY_ENABLE = true\nNIXL_LOG_LEVEL = "INFO"\n', undefined, 'nixl-config'],
  ['config.toml', '[env]\nNIXL_PREFIX = "/opt/nixl"\n', 'toml', undefined],
  ['config.toml', 'name = "x"\nNIXL_TELEMETRY_ENABLE = true\n', 'toml', undefined],
  ['pyproject.toml', '[project]\nname = "nixl"\n', 'toml', undefined],
  ['nixlbench.toml', '[global]\netcd_endpoints = "x"\n', 'toml', undefined],
  ['Cargo.toml', '[package]\nname = "nixl-sys"\n', 'toml', undefined],
  ['setup.cfg', '[metadata]\nname = nixl\n', undefined, undefined],
  ['Untitled-1', 'NIXL_TELEMETRY_ENABLE = true\n', 'toml', 'nixl-config'],
  ['vllm.service', '[Service]\nExecStart=/bin/true\n', undefined, 'systemd'],
  ['serve.sh', script, undefined, 'shell'],
  ['job.sbatch', '#SBATCH -N 2\n', undefined, 'shell'],
  ['serve', script, undefined, 'shell'],
  ['run.job', '#!/usr/bin/env bash\n#SBATCH -N 2\n', undefined, 'shell'],
  ['Dockerfile', 'FROM x', undefined, 'dockerfile'],
  ['Dockerfile.prefill', 'FROM x', undefined, 'dockerfile'],
  ['prefill.dockerfile', 'FROM x', undefined, 'dockerfile'],
  ['-', manifest, undefined, 'kubernetes'],
  ['-', env, undefined, 'dotenv'],
  ['-', 'A=1 B="x y" C=$(hostname -i) vllm serve m\n', undefined, 'shell'],
  ['Untitled-1', 'x', 'yaml', 'yaml'],
  ['notes.md', `${script}`, 'markdown', undefined],
  ['main.py', `import vllm\n`, 'python', undefined],
])('%s is read by name and content before the language', (name, text, languageId, host) => {
  expect(detectHost(name, text, languageId)).toBe(host);
});

test.each([
  ['vllm serve m', true],
  ['image: x/vLLM-openai', true],
  ['NIXL_LOG_LEVEL=x', true],
  ['{"kv_connector": 1}', true],
  ['--kv_transfer_config', true],
  ['mpirun -x UCX_TLS=tcp a.out', false],
  ['services:\n  db:\n    image: postgres\n', false],
])('a text of ours has one of our words: %s', (text, expected) => {
  expect(mentionsOurs(text)).toBe(expected);
});
