/** Whether a value that came from outside has a shape. For browsers, which have no zod. */
export type Is = (value: unknown) => boolean

export const isText: Is = (value) => typeof value === 'string'
export const isFlag: Is = (value) => typeof value === 'boolean'
export const isNumber: Is = (value) => Number.isFinite(value)
/** A count or a place, small enough that counting up to it ends. */
export const isWhole: Is = (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32
export const isTime: Is = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value))

export const matches =
  (pattern: RegExp): Is =>
  (value) =>
    typeof value === 'string' && pattern.test(value)

export const oneOf =
  (...values: readonly unknown[]): Is =>
  (value) =>
    values.includes(value)

export const orNull =
  (is: Is): Is =>
  (value) =>
    value === null || is(value)

export const orAbsent =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value)

export const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is)

export const recordOf =
  (is: Is): Is =>
  (value) =>
    isObject(value) && Object.values(value).every(is)

/** TypeScript asks for a check of every field of the type; further fields are let pass. */
export const shapeOf =
  <Type extends object>(fields: { readonly [Field in keyof Type]-?: Is }): Is =>
  (value) =>
    isObject(value) && Object.entries<Is>(fields).every(([field, is]) => is(value[field]))

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
