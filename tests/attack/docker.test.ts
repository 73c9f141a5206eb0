import { describe, test } from 'vitest'
import { dockerAnswers } from '../docker.ts'
import { commandAttacks } from './command-attacks.ts'
import { aDockerVictim } from './docker-victim.ts'
import { gateAttacks } from './gate-attacks.ts'
import { secretAttacks } from './secret-attacks.ts'
import { cloneAttacks, templateAttacks } from './template-attacks.ts'
import { volumeAttacks } from './volume-attacks.ts'

const SECRET = 'planted-secret-5f0e1c7a'

// Attacks 35 to 45 with Docker's power behind them; the last ones change the project.
describe.skipIf(!(await dockerAnswers()))('on Docker, through the docker-gate', () => {
  const victim = aDockerVictim(SECRET)
  commandAttacks(victim)
  gateAttacks(victim)
  volumeAttacks(victim)
  test('nothing of it reached the cluster, the gate or the engine', () => victim.expectUntouched())
  cloneAttacks(victim)
  secretAttacks(victim, SECRET)
  templateAttacks(victim)
})
