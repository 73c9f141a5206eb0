import { test } from 'vitest'
import { fuzzAttacks } from './fuzz-attacks.ts'
import { loadAttacks } from './load-attacks.ts'
import { TELLS_STRETCHES } from './main-thread.ts'
import { messageAttacks } from './message-attacks.ts'
import { aVictim, startEmbedded } from './victim.ts'

// The slow, the many, the huge and the senseless, against one embedded cluster, which must be as it was after all of them.
const victim = aVictim(() => startEmbedded(TELLS_STRETCHES))

messageAttacks(victim)
loadAttacks(victim)
fuzzAttacks(victim)

test('nothing of it reached the cluster, and nobody called an engine', () => victim.expectUntouched())
