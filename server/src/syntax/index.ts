export * from './source-text';
export * from './span';
export * from './tree';
