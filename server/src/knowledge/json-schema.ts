import type { Confidence } from './fact';
import type { Bounds, Versioned } from './version';

/** Releases that need a key, unless another one is there. */
export interface RequiredIn extends Bounds {
  readonly unless?: string;
}

/** What our own annotation keyword `x-nixl` says beside a property's schema. */
export interface Annotation extends Bounds {
  /** The type in words, for people. */
  readonly type: string;
  /** Order in completion, from 1. */
  readonly rank?: number;
  readonly defaults?: readonly Versioned<unknown>[];
  /** Values worth proposing where the set is open. */
  readonly suggest?: readonly string[];
  /** Releases that refuse `null`, although the schema lets it pass. */
  readonly nullRefused?: Bounds;
  /** Checked in every release, also where types are not. */
  readonly checkedAlways?: boolean;
  /** Connectors that never read it. */
  readonly inertFor?: readonly string[];
  /** Only these connectors of the family read it. */
  readonly onlyFor?: readonly string[];
  readonly required?: true | RequiredIn;
  /** The key that took its place, whose value may count something else. */
  readonly replacedBy?: string;
  /** Releases in which nothing reads it any more. */
  readonly unread?: Bounds;
  /** What a wrong value does. */
  readonly effect?: string;
  /** A wrong value stops the start. */
  readonly fatal?: boolean;
  readonly sources: readonly string[];
  readonly confidence: Confidence;
}

/** The keywords of JSON Schema that our schemas use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
}

/** One key of an object of a user's configuration. */
export interface PropertySchema extends JsonSchema {
  readonly description: string;
  readonly 'x-nixl': Annotation;
}

/** A JSON Schema for one object of a user's configuration. */
export interface ObjectSchema extends JsonSchema {
  readonly $id: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, PropertySchema>>;
}
