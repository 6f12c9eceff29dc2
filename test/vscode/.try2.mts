import { browserPath } from '../../scripts/editor/requirements.mts';
import { runInExtensionHost } from './extension-host.mts';
console.log(await runInExtensionHost(browserPath()));
