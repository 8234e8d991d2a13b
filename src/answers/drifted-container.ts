/** A container that no longer is as it was approved, or as Compose made it. */
export interface DriftedContainer {
  host: string;
  name: string;
  /** Fields that differ. */
  fields: string[];
}
