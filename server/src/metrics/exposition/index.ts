export { labelsKey } from './labels';
export { readSeriesName, type SeriesName, type TypeOf, type Wanted, wantedByDefault, wantedFamilies } from './names';
export { parseNumber } from './number';
export { PageReader, type ReadLimits } from './page-reader';
export { SeriesTable, type Slot } from './series-table';
