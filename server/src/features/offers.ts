/**
 * What the server offers when a client introduces itself. Apart from what carries it out, which is loaded with the first
 * request.
 */
import { CodeActionKind } from './protocol-values';

/** Behind these characters the editor asks for completion. */
export const TRIGGER_CHARACTERS = ['"', "'", '{', '[', ',', ':', '=', '-', '_', '.', '^'];

/** Behind these it asks what may stand here, and behind those again while it shows it. */
export const SIGNATURE_TRIGGERS = [',', '^', '{'];
export const SIGNATURE_RETRIGGERS = [':', '"', '['];

/** Kinds of code actions. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.nixl`;
export const STATE_VERSION = `${CodeActionKind.Refactor}.stateVersion.nixl`;
export const MIGRATE = `${CodeActionKind.RefactorRewrite}.migrate.nixl`;
export const ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL, STATE_VERSION, MIGRATE];
