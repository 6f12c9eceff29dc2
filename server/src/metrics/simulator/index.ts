/** A simulated deployment of prefill and decode: for tests, demonstrations and `npm run simulate`. */
export type { Faults, Happening, Link, ListedRequest, Load, ModelShape, Scenario, Side } from './scenario';
export { findScenario, SCENARIOS, withEngines } from './scenarios';
export { type Served, type ServedEndpoint, type ServeOptions, serve } from './serve';
export { type SimulatedEndpoint, Simulation, type SimulationOptions } from './simulation';
