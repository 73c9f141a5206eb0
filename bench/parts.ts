import type { Part } from './figure.ts'
import { accounts } from './parts/accounts.ts'
import { engine } from './parts/engine.ts'
import { mainThread } from './parts/main-thread.ts'
import { page } from './parts/page.ts'

/** Every part of the bench, in the order of the README's table. */
export const parts: Part[] = [engine, mainThread, page, accounts]
