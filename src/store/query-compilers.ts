import {
  type BinaryOperationNode,
  type EmptyInListNode,
  OperatorNode,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  replaceWithNoncontingentExpression,
  SqliteQueryCompiler,
  ValueListNode,
} from 'kysely';
import { storable } from './storable-text.ts';

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
