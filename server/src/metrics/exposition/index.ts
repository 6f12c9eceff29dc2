export { labelsKey } from './labels';
export { MOST_LABEL_BYTES, MOST_SERIES, type ReadLimits } from './limits';
export { readSeriesName, type SeriesName, type TypeOf, type Wanted, wantedByDefault, wantedFamilies } from './names';
export { parseNumber } from './number';
export { PageReader } from './page-reader';
export { SeriesTable, type Slot } from './series-table';
