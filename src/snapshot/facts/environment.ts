/** What the value of an environment variable looks like; the value itself never leaves the collector. */
export type ValueClass =
  | 'private-key'
  | 'cloud-key'
  | 'token'
  | 'password'
  | 'connection-string-with-password'
  | 'file-reference'
  | 'empty'
  | 'plain';

export interface EnvironmentVariable {
  name: string;
  valueClass: ValueClass;
}
