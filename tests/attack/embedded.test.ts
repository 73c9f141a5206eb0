import { test } from 'vitest'
import { badTargetAttacks } from './bad-target-attacks.ts'
import { commandAttacks, replayAttacks } from './command-attacks.ts'
import { forgeryAttacks } from './forgery-attacks.ts'
import { answerHeaders } from './header-checks.ts'
import { hostAttacks } from './host-attacks.ts'
import { listeningAttacks } from './listening-attacks.ts'
import { expectReadableLog } from './log-checks.ts'
import { originAttacks } from './origin-attacks.ts'
import { pageRouteAttacks } from './page-route-attacks.ts'
import { projectNameAttacks } from './project-name-attacks.ts'
import { pathAttacks, targetAttacks } from './target-attacks.ts'
import { aVictim } from './victim.ts'

// The attacks of the list by number, against an embedded cluster. One product for all of them: what one breaks, the next ones show.
const victim = aVictim()

originAttacks(victim)
hostAttacks(victim)
forgeryAttacks(victim)
pageRouteAttacks(victim)
badTargetAttacks(victim)
listeningAttacks(victim)
projectNameAttacks()
commandAttacks(victim)
targetAttacks(victim)
answerHeaders(victim)

test('nothing of it reached the cluster, and nobody called an engine', async () => {
  await victim.expectUntouched()
})

replayAttacks(victim)
pathAttacks(victim)

test('attack 43: the log is one JSON object a line, without the token', () => expectReadableLog(victim))
