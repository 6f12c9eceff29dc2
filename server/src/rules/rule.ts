import type { Deployment, Engine, Neighbourhood, Place, SourceText } from '../model';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A replacement of some characters, expressed on decoded text; the analysis writes it in every notation that it crosses. */
export interface Edit {
  readonly place: Place;
  readonly newText: string;
}

export interface Fix {
  /** An imperative that names the result: "Write `kv_producer`". */
  readonly title: string;
  /** Applying it cannot change the meaning of anything that worked. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

export interface Finding {
  /** The wrong characters, no more. */
  readonly place: Place;
  /** By consequence: see docs/severities.md. */
  readonly severity: Severity;
  /** One or two sentences: what is wrong, what will happen, what to write instead. No secrets. */
  readonly message: string;
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
  readonly fixes?: readonly Fix[];
}

/** What a user, a folder or the command line says about all engines. */
export interface Assumptions {
  readonly vllm?: string | undefined;
  readonly nixl?: string | undefined;
  readonly ucx?: string | undefined;
  readonly platform?: 'cuda' | 'rocm' | 'xpu' | 'tpu' | 'cpu' | undefined;
}

/**
 * One file and what the rule says about it: both a test and a part of the rule's page.
 */
export interface Example {
  readonly title: string;
  readonly kind: 'good' | 'bad' | 'open' | 'version';
  /** A name that says how the text is read: `prefill.yaml`, `prefill.env`, `serve.sh`, `compose.yaml`, `kv.json`. */
  readonly file: string;
  readonly text: string;
  readonly assume?: Assumptions;
  /** Every finding of this rule, in order, by the characters it covers. None for good, open, and most version examples. */
  readonly findings?: readonly {
    readonly covers: string;
    readonly severity: Severity;
    /** A part of the message that carries the point. */
    readonly message?: string;
  }[];
  /** The text after the first fix of every finding. */
  readonly fixed?: string;
}

/**
 * What a rule's page says beside its title. A rule's file exports its `page` apart from the rule, as a function: nobody needs it while
 * checking, and the server is bundled without.
 */
export interface Page {
  /** What the rule looks for and why that matters, in Markdown. */
  readonly description: string;
  /** Upstream files, pull requests or documents that prove it. */
  readonly sources: readonly string[];
  /** Together they show a good file, a bad one, one where something is unknown or open, one for another version. */
  readonly examples: readonly Example[];
}

export interface Rule {
  /** Stable, kebab-case, the file's name. */
  readonly id: string;
  /** A noun phrase or clause without period and without values. */
  readonly title: string;
  readonly category:
    | 'kv-transfer-config'
    | 'side-channel'
    | 'environment'
    | 'ucx'
    | 'telemetry'
    | 'metrics'
    | 'flags'
    | 'lmcache'
    | 'routing'
    | 'pods'
    | 'comments';
  /** The highest severity that it gives. */
  readonly severity: Severity;
  /** Runs only where a user gives it a severity. */
  readonly offByDefault?: true;
  /** Looks at one engine on its own. */
  readonly check?: (engine: Engine) => Iterable<Finding>;
  /**
   * Looks at all engines of a file together.
   * @param around what the files beside it say about the same deployment; of them only what a pair of both is wrong with
   * is to be reported, in the same words whichever file is looked at
   */
  readonly checkDeployment?: (deployment: Deployment, around: Neighbourhood) => Iterable<Finding>;
  /** Looks at the comments `# nixl: …` of a file with engines: at what stands behind the colon. */
  readonly checkComments?: (comments: readonly SourceText[]) => Iterable<Finding>;
}

/** Keeps the literal type of a rule and checks its shape. */
export function rule(definition: Rule): Rule {
  return definition;
}
