/** esbuild puts the text of the file in place of the import. */
declare module '*.svg' {
  const text: string;
  export default text;
}

declare module '*.css';
