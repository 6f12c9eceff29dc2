export type { Chart } from './chart';
export { CHART_INFOS, CHARTS, chartById } from './charts';
export { Deployment, type DeploymentOptions, type UpdateOptions } from './deployment';
export { MB, servingFigures, transferFigures } from './figures';
export { mergeDistributions, quantile, scaleBand } from './quantile';
export { type EndpointReport, type EngineReport, type Report, type VerdictReport, verdictReport } from './report';
export { roleByLabels, rolesByConduct } from './roles';
