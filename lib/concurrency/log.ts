/** Where a part of the product tells what happened: an event by name, and what belongs to it. The server gives its logger. */
export type Log = (event: string, fields?: Record<string, unknown>) => void
