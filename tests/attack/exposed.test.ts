import { describe, test } from 'vitest'
import { dockerAnswers } from '../docker.ts'
import { badTargetAttacks } from './bad-target-attacks.ts'
import { aDockerVictim } from './docker-victim.ts'
import { EXPOSED, exposedAttacks } from './exposed-attacks.ts'
import { aVictim, startEmbedded, type Victim } from './victim.ts'

const SECRET = 'planted-secret-5f0e1c7a'

function attacks(victim: Victim): void {
  exposedAttacks(victim)
  badTargetAttacks(victim)
  test('nothing of it reached the cluster', () => victim.expectUntouched())
}

describe('within reach of other machines', () => {
  attacks(aVictim(() => startEmbedded(EXPOSED)))
})

describe.skipIf(!(await dockerAnswers()))('within reach of other machines, on Docker', () => {
  attacks(aDockerVictim(SECRET, EXPOSED))
})
