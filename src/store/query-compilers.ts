import {
  type BinaryOperationNode,
  type EmptyInListNode,
  type KyselyPlugin,
  OperatorNode,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  replaceWithNoncontingentExpression,
  SqliteQueryCompiler,
  ValueListNode,
} from 'kysely';

/** Stands before what a database would not keep. Unicode reserves it for use within a program. */
const MARK = '\uFDD0';
/** What stands behind the mark: itself, U+0000, or the four digits of half a surrogate pair. */
const ENCODED = /\uFDD0(\uFDD0|0|d[0-9a-f]{3})/g;
const UNSTORABLE =
  /[\0\uFDD0]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** A plugin that gives texts back as they were before `storable`. */
export const storableText: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    const columns = Object.keys(result.rows[0] ?? {});
    for (const row of result.rows) {
      for (const column of columns) {
        const value = row[column];
        if (typeof value === 'string' && value.includes(MARK)) {
          row[column] = decoded(value, column.endsWith('_json'));
        }
      }
    }
    return result;
  },
};

/**
 * A value with any text made storable: PostgreSQL takes no U+0000, and neither database keeps half of a surrogate
 * pair. Names and labels come from strangers, and one of them must never keep a scan from being stored.
 */
export const storable = (value: unknown): unknown =>
  typeof value === 'string' ? encoded(value) : value;

/** JSON of a list of storable texts, with nothing that would be changed again. */
export const storableList = (texts: readonly string[]): string =>
  JSON.stringify(texts.map(storable)).replaceAll(MARK, '\\ufdd0');

function encoded(text: string): string {
  // Nearly all, and to look for each takes a tenth of the time.
  if (text.isWellFormed() && !text.includes('\0') && !text.includes(MARK)) return text;
  return text.replace(UNSTORABLE, (found) => {
    if (found === MARK) return `${MARK}${MARK}`;
    return `${MARK}${found === '\0' ? '0' : found.charCodeAt(0).toString(16)}`;
  });
}

/** JSON that a database made of texts has U+0000 as it is written there. */
const decoded = (text: string, isJson: boolean): string =>
  text.replace(ENCODED, (_all, what: string) => {
    if (what === MARK) return MARK;
    if (what === '0') return isJson ? '\\u0000' : '\0';
    return String.fromCharCode(Number.parseInt(what, 16));
  });

// Plugins that do the same copy the whole tree of each query first, which took as long as to compile it.

/** Compiles for SQLite with values that can be stored; nothing is `in ()`, and everything `not in ()`. */
export class StorableSqliteCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(storable(value));
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    super.visitBinaryOperation(withoutEmptyList(node));
  }
}

/** The same for PostgreSQL. */
export class StorablePostgresCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(storable(value));
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    super.visitBinaryOperation(withoutEmptyList(node));
  }
}

const withoutEmptyList = (node: BinaryOperationNode): BinaryOperationNode =>
  isInEmptyList(node) ? replaceWithNoncontingentExpression(node) : node;

const isInEmptyList = (node: BinaryOperationNode): node is EmptyInListNode =>
  (PrimitiveValueListNode.is(node.rightOperand) || ValueListNode.is(node.rightOperand)) &&
  node.rightOperand.values.length === 0 &&
  OperatorNode.is(node.operator) &&
  (node.operator.operator === 'in' || node.operator.operator === 'not in');
