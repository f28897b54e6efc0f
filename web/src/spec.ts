// The report document as crates/report writes it. `sample/report.ts` is written from there and
// typed with these, so the compiler finds any difference.

export type Origin = "measured" | "published" | "interpolated" | "analytical" | "assumed";
export type Tone = "neutral" | "good" | "warning" | "bad";
export type Value = number | null;

export interface Unit {
  suffix: string;
  prefix: string;
  symbol: string;
  name: string;
}

export type Axis =
  | { type: "quarters"; values: string[] }
  | { type: "texts"; title: string; values: string[] }
  | { type: "numbers"; title: string; unit: Unit; values: number[] };

export interface ValueAxis {
  title: string;
  unit: Unit;
  scale: "linear" | "log";
}

export interface Series {
  id: string;
  name: string;
  colour: string;
  group?: string;
  values: Value[];
}

export interface Band {
  name: string;
  low: Value[];
  high: Value[];
}

export interface Goal {
  name: string;
  value: number;
}

export interface StackedArea {
  kind: "stacked-area";
  x: Axis;
  y: ValueAxis;
  layers: Series[];
  line?: { series: Series; band?: Band };
  shortfall?: Series;
}

export interface Bars {
  kind: "bars";
  x: Axis;
  y: ValueAxis;
  layout: "stacked" | "grouped";
  series: Series[];
  cumulative?: Series;
  limit?: Series;
  marks?: Series;
}

export type LimitMark = "firm" | "derated" | "promised";

export interface SteppedPanel {
  id: string;
  title: string;
  remark?: string;
  /** Load that the firm limit holds; the first if none is named. */
  held?: string;
  loads: Series[];
  limits: { series: Series; mark: LimitMark }[];
}

export interface SteppedLines {
  kind: "stepped-lines";
  x: Axis;
  y: ValueAxis;
  panels: SteppedPanel[];
}

export interface Bridge {
  kind: "bridge";
  y: ValueAxis;
  steps: { id: string; name: string; kind: "total" | "change"; colour: string; value: number }[];
}

export interface Waterfall {
  kind: "waterfall";
  y: ValueAxis;
  parts: { id: string; name: string; colour: string; exposed: number; hidden: number }[];
  total_name: string;
  total: number;
  floor?: Goal;
}

export interface MemoryStack {
  kind: "memory-stack";
  options: Axis;
  y: ValueAxis;
  parts: Series[];
  capacity_name: string;
  capacity: number[];
}

export interface HeatRow {
  id: string;
  name: string;
  group?: string;
  values: Value[];
  binding?: number[];
}

export interface HeatMap {
  kind: "heat-map";
  x: Axis;
  y: ValueAxis;
  rows: HeatRow[];
}

export type MilestoneKind = "decide" | "ready" | "need" | "stop";

export interface GanttLane {
  id: string;
  name: string;
  group?: string;
  bars: { name: string; colour: string; from_quarters: number; to_quarters: number }[];
  milestones?: { name: string; kind: MilestoneKind; at_quarters: number }[];
}

export interface Gantt {
  kind: "gantt";
  x: Axis;
  lanes: GanttLane[];
}

export interface ParetoPoint {
  id: string;
  name: string;
  group: string;
  colour: string;
  x: number;
  y: number;
  on_front: boolean;
  chosen: boolean;
}

export interface Pareto {
  kind: "pareto";
  x: ValueAxis;
  y: ValueAxis;
  points: ParetoPoint[];
  x_limit?: Goal;
  y_limit?: Goal;
}

export interface Fan {
  kind: "fan";
  x: Axis;
  y: ValueAxis;
  median: Series;
  bands: Band[];
  scenarios?: Series[];
}

export interface Lines {
  kind: "lines";
  x: Axis;
  y: ValueAxis;
  lines: Series[];
  faint?: Series[];
}

export interface ScheduleSlot {
  stage: number;
  kind: "forward" | "backward" | "weight";
  microbatch: number;
  chunk: number;
  from: number;
  to: number;
}

export interface Schedule {
  kind: "schedule";
  time: ValueAxis;
  stages: number;
  colours: Record<ScheduleSlot["kind"], string>;
  slots: ScheduleSlot[];
}

export interface FabricBundle {
  upper_tier: number;
  upper_box: number;
  lower_tier: number;
  lower_box: number;
  links: number;
}

export interface Fabric {
  kind: "fabric";
  tiers: { id: string; name: string; noun: string; colour: string; count: number; boxes: { name: string; count: number }[] }[];
  bundles: FabricBundle[];
}

export interface FloorOutline {
  name: string;
  x: number;
  y: number;
  width: number;
  depth: number;
}

export interface FloorTile {
  kind: number;
  racks: number;
  label?: string;
  x: number;
  y: number;
  width: number;
  depth: number;
}

export interface Floor {
  kind: "floor";
  halls: number;
  width_m: number;
  depth_m: number;
  outlines: FloorOutline[];
  kinds: { id: string; name: string; colour: string; power_kw: number }[];
  tiles: FloorTile[];
}

export type Chart =
  | StackedArea
  | Bars
  | SteppedLines
  | Bridge
  | Waterfall
  | MemoryStack
  | HeatMap
  | Gantt
  | Pareto
  | Fan
  | Lines
  | Schedule
  | Fabric
  | Floor;

export interface Annotation {
  at: string | number;
  text: string;
}

export interface ChartSpec<C extends Chart = Chart> {
  schema_version: string;
  id: string;
  title: string;
  takeaway: string;
  question: string;
  note?: string;
  origin?: Origin;
  sources?: string[];
  annotations?: Annotation[];
  chart: C;
}

export interface Column {
  id: string;
  title: string;
  unit?: string;
  kind: "text" | "number" | "integer" | "quarter";
  decimals?: number;
  origin?: Origin;
  sources?: string[];
}

export type Cell = string | number | null;

export interface Table {
  id: string;
  title: string;
  takeaway?: string;
  columns: Column[];
  rows: Cell[][];
}

export type Pattern =
  | "solid"
  | "rising"
  | "falling"
  | "dots"
  | "horizontal"
  | "vertical"
  | "cross"
  | "hatch";

export interface Swatch {
  light: string;
  dark: string;
  pattern: Pattern;
}

export interface VerdictLine {
  label: string;
  text: string;
  remark?: string;
  tone: Tone;
}

export interface VerdictBlock {
  headline: string;
  tone: Tone;
  lines: VerdictLine[];
}

export interface Verdict {
  headline: string;
  tone: Tone;
  lines: VerdictLine[];
  beside?: VerdictBlock[];
  assumptions: string[];
  next: string[];
}

export interface KeyNumber {
  label: string;
  value: string;
  detail?: string;
  tone: Tone;
}

export interface SourceRef {
  id: string;
  title: string;
  publisher?: string;
  url?: string;
  date?: string;
}

export interface Section {
  id: string;
  title: string;
  lead: string;
  charts: { spec: ChartSpec; table: Table }[];
  tables: Table[];
}

export interface ReportDocument {
  schema_version: string;
  document: "report";
  title: string;
  subtitle: string;
  verdict: Verdict;
  key_numbers: KeyNumber[];
  sections: Section[];
  inputs: { name: string; text: string }[];
  provenance: [string, string][];
  sources: SourceRef[];
  palette: Record<string, Swatch>;
  run: unknown;
}
