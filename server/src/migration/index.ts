/** From one release to another: what a move takes, and the edits that go with it. */
export { type MigrationOptions, planMigration } from './plan';
export type * from './report';
export { readRelease, standing, type Target } from './target';
