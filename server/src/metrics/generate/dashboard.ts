import { RUNNING } from '../model/families';
import { type PanelPlan, panelRows } from './panels';
import type { Plan } from './plan';

/** The layout that Grafana 12 writes; older ones read it, newer ones convert it. */
const SCHEMA = 41;

const WIDTH = 24;
const PANEL = { w: 8, h: 8 };

const DATASOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

/** A dashboard of Grafana for a deployment, ready to import. */
export function dashboardJson(plan: Plan): string {
  const panels: object[] = [];
  let id = 0;
  let y = 0;
  plan.pairs.forEach((pair, index) => {
    // Those of further pairs are folded, and Grafana does not ask for them until they are opened.
    const collapsed = index > 0;
    for (const row of panelRows(plan, pair)) {
      const head = { type: 'row', id: ++id, collapsed, gridPos: { x: 0, y, w: WIDTH, h: 1 } };
      const title = plan.pairs.length === 1 ? row.title : `${row.title}: ${pair.label}`;
      const own = row.panels.map((panel, place) => panelOf(panel, ++id, place, y + 1));
      panels.push({ ...head, title, panels: collapsed ? own : [] }, ...(collapsed ? [] : own));
      y += 1 + (collapsed ? 0 : Math.ceil(row.panels.length / (WIDTH / PANEL.w)) * PANEL.h);
    }
  });
  const dashboard = {
    id: null,
    uid: null,
    title: 'vLLM prefill/decode over NIXL',
    description:
      'KV transfers between prefill and decode. One observation is one transfer of one tensor-parallel rank. A green dashboard is no proof of correct answers: some bad reads move no counter.',
    tags: ['vllm', 'nixl'],
    schemaVersion: SCHEMA,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    timepicker: {},
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: { list: variables(plan) },
    panels,
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

function variables(plan: Plan): object[] {
  const metric = plan.series(RUNNING);
  const chosen = (name: string, label: string, earlier: string) => ({
    name: name === 'model_name' ? 'model' : name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(${metric}${earlier}, ${name})`, refId: 'StandardVariableQuery' },
    definition: `label_values(${metric}${earlier}, ${name})`,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
    hide: 0,
    options: [],
    regex: '',
  });
  return [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      refresh: 1,
      current: {},
      hide: 0,
      includeAll: false,
      multi: false,
      options: [],
      regex: '',
    },
    chosen('job', 'Job', ''),
    chosen('model_name', 'Model', '{job=~"$job"}'),
    chosen('instance', 'Instance', '{job=~"$job",model_name=~"$model"}'),
    chosen('engine', 'Engine', '{job=~"$job",model_name=~"$model",instance=~"$instance"}'),
  ];
}

function panelOf(panel: PanelPlan, id: number, place: number, y: number): object {
  const columns = WIDTH / PANEL.w;
  const heat = panel.kind === 'heat';
  return {
    id,
    title: panel.title,
    description: panel.help,
    type: heat ? 'heatmap' : 'timeseries',
    datasource: DATASOURCE,
    gridPos: { x: (place % columns) * PANEL.w, y: y + Math.floor(place / columns) * PANEL.h, ...PANEL },
    targets: panel.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      range: true,
      format: heat ? 'heatmap' : 'time_series',
    })),
    ...(heat ? heatParts(panel) : curveParts(panel)),
  };
}

function curveParts({ unit, kind, warnAt }: PanelPlan): object {
  const bars = kind === 'bars';
  // A single event is worth a look.
  const limit = bars ? 0.001 : warnAt;
  const steps = [{ color: 'green', value: null }, ...(limit === undefined ? [] : [{ color: 'red', value: limit }])];
  return {
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'palette-classic' },
        custom: {
          drawStyle: bars ? 'bars' : 'line',
          fillOpacity: bars ? 60 : 8,
          lineWidth: 1,
          showPoints: 'never',
          spanNulls: false,
          thresholdsStyle: { mode: warnAt === undefined ? 'off' : 'line' },
        },
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function heatParts({ unit }: PanelPlan): object {
  return {
    fieldConfig: { defaults: {}, overrides: [] },
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Turbo', steps: 64 },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      tooltip: { mode: 'single', yHistogram: false },
      yAxis: { axisPlacement: 'left', unit },
    },
  };
}
