import { version } from '../../../package.json';

/** Our own version. */
export const VERSION: string = version;
