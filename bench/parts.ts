import type { Part } from './figure.ts'
import { accounts } from './parts/accounts.ts'
import { browsers } from './parts/browsers.ts'
import { compose } from './parts/compose.ts'
import { engine } from './parts/engine.ts'
import { mainThread } from './parts/main-thread.ts'
import { page } from './parts/page.ts'
import { servers } from './parts/servers.ts'
import { stream } from './parts/stream.ts'

/** Every part of the bench, in the order of the README's table. */
export const parts: Part[] = [engine, browsers, mainThread, stream, servers, compose, page, accounts]
