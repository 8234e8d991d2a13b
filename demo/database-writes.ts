import {
  DeleteQueryNode,
  InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  type RootOperationNode,
  TableNode,
  UpdateQueryNode,
} from 'kysely';
import type { OpenDatabase } from '../src/store/database.ts';

/** One statement that changed rows: where, how and how many, never what they hold. */
export interface DatabaseWrite {
  table: string;
  kind: 'insert' | 'update' | 'delete';
  rows: number;
  ms: number;
}

type Statement = Pick<DatabaseWrite, 'table' | 'kind'>;

/** The same database, which tells of every statement that changed rows once it has ended. */
export function tellingDatabase(
  database: OpenDatabase,
  onWrite: (write: DatabaseWrite) => void,
): OpenDatabase {
  const plugin = observeWrites(onWrite);
  return {
    ...database,
    db: database.db.withPlugin(plugin),
    read: (work) => database.read((transaction) => work(transaction.withPlugin(plugin))),
    write: (work) => database.write((transaction) => work(transaction.withPlugin(plugin))),
  };
}

function observeWrites(onWrite: (write: DatabaseWrite) => void): KyselyPlugin {
  const begun = new WeakMap<object, { statement: Statement; startedAt: number }>();
  return {
    transformQuery({ node, queryId }) {
      const statement = statementOf(node);
      if (statement) begun.set(queryId, { statement, startedAt: performance.now() });
      return node;
    },
    async transformResult({ result, queryId }) {
      const ended = begun.get(queryId);
      // With `returning` the rows come back instead of their number.
      const rows = Number(result.numAffectedRows ?? result.rows.length);
      if (ended && rows > 0) {
        onWrite({ ...ended.statement, rows, ms: performance.now() - ended.startedAt });
      }
      return result;
    },
  };
}

function statementOf(node: RootOperationNode): Statement | null {
  if (InsertQueryNode.is(node)) return { kind: 'insert', table: tableName(node.into) };
  if (UpdateQueryNode.is(node)) return { kind: 'update', table: tableName(node.table) };
  if (DeleteQueryNode.is(node)) return { kind: 'delete', table: tableName(node.from.froms[0]) };
  return null;
}

/** A statement of ours that changes something names one table. */
function tableName(node: OperationNode | undefined): string {
  return node && TableNode.is(node) ? node.table.identifier.name : '(several)';
}
