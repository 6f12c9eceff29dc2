/** Alert rules for Prometheus and a dashboard for Grafana, written for the deployment that is watched. */
import type { GenerateParams, GenerateResult } from '../../../../protocol/metrics';
import { alertsYaml } from './alerts-yaml';
import { dashboardJson } from './dashboard';
import { type PlanInput, planFor } from './plan';

export type { PlanInput } from './plan';

/** @param input what is watched, from which addresses, and the thresholds that hold */
export function generate(what: GenerateParams['what'], input: PlanInput): GenerateResult {
  const plan = planFor(input);
  return what === 'alerts'
    ? { name: 'nixl-alerts.yaml', language: 'yaml', text: alertsYaml(plan) }
    : { name: 'nixl-dashboard.json', language: 'json', text: dashboardJson(plan) };
}
