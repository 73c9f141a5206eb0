import type { Engine, EngineOptions } from './burst.ts'

/** Opens the load engine: one worker thread, two sample stores (the running burst and the last one). */
export function openEngine(_options: EngineOptions): Engine {
  throw new Error('The engine is being built')
}
