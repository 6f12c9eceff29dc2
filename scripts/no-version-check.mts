import type { Plugin } from 'esbuild';

/**
 * Leaves semver out of the extension. The language client asks it one question as it starts: whether VS Code is at least
 * 1.91. VS Code has answered before: it installs no extension on a version older than `engines.vscode` names, which is newer.
 */
export const noVersionCheck: Plugin = {
  name: 'no-version-check',
  setup(build) {
    build.onResolve({ filter: /^semver\/functions\/(parse|satisfies)$/ }, ({ path }) => ({
      path,
      namespace: 'no-version-check',
    }));
    build.onLoad({ filter: /./, namespace: 'no-version-check' }, () => ({ contents: 'module.exports = () => true;' }));
  },
};
