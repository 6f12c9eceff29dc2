/** How a value is written, with its parts: which of them is being written. */
export interface Form {
  readonly label: string;
  readonly documentation: string;
  readonly parts: readonly FormPart[];
  /** None, where what is being written is no part of the form. */
  readonly active: number | undefined;
}

export interface FormPart {
  readonly label: string;
  /** Where it stands in the form's label. */
  readonly start: number;
  readonly documentation: string;
}
