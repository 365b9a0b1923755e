import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { AdmittedBy } from './admission.ts';

/** What a management route is: the router follows it, and the OpenAPI document is made of it. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the prefix; `{id}` for a part that the caller names. */
  readonly path: string;
  readonly group: string;
  /** One sentence, without the full stop. */
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** What a success is: 204 has no body; the type is JSON unless it is named. */
  readonly answer: {
    readonly status: number;
    readonly about: string;
    readonly type?: string;
    /** For the document: answers are not checked. */
    readonly schema?: z.ZodType;
  };
  /** Takes the local token: the key is not enough. */
  readonly onlyLocal?: true;
}

type Read<T> = T extends z.ZodType ? z.infer<T> : undefined;

/** A request that has been let in and whose arguments are checked. */
export interface Input<S extends RouteSpec = RouteSpec> {
  /** The parts of the path that the caller named, decoded. */
  params: Record<string, string>;
  query: S extends { query: infer Q } ? Read<Q> : undefined;
  body: S extends { body: infer B } ? Read<B> : undefined;
  by: AdmittedBy;
  req: Request;
  res: Response;
}

/** What it returns is answered as JSON; undefined where it has answered by itself, or where there is nothing to say. */
export type Handler<S extends RouteSpec = RouteSpec> = (input: Input<S>) => unknown;

export interface Route {
  spec: RouteSpec;
  handle(input: Input): unknown;
}

/** One handler for each row of a table. */
export type Handlers<T extends Record<string, RouteSpec>> = { readonly [N in keyof T]: Handler<T[N]> };

/** A table with its handlers, row by row. */
export function routesOf<T extends Record<string, RouteSpec>>(specs: T, handlers: Handlers<T>): Route[] {
  return Object.entries(specs).map(([name, spec]) => ({
    spec,
    // Of the same row, which the type system cannot follow through the table.
    handle: handlers[name as keyof T] as unknown as Handler,
  }));
}
