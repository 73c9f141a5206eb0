import { runCommand } from '../../run-command.ts'
import { exactly, notMeasured, type Part, type Row } from '../rows.ts'
import { openStage } from '../stage.ts'
import { playStory, type Told } from '../verdict-stories.ts'

/** On each of the two front doors. */
const STORIES = 150
const FIRST_SEED = { nginx: 1, 'built-in': 1_001 } as const

async function storiesOn(kind: 'nginx' | 'built-in', say: (line: string) => void): Promise<Row[]> {
  const stage = await openStage(kind)
  const on = `, ${stage.frontDoor}`
  const told: Told[] = []
  try {
    for (let story = 0; story < STORIES; story++) {
      const seed = FIRST_SEED[kind] + story
      const one = await playStory(stage, seed)
      told.push(one)
      for (const difference of one.differences) say(`story ${seed}: ${difference}`)
      if (story % 25 === 0) say(`${kind}, ${story + 1}: ${one.sentence}`)
    }
  } finally {
    await stage.close()
  }
  const differences = told.reduce((sum, one) => sum + one.differences.length, 0)
  const several = told.filter(({ stretches }) => stretches > 1).length
  return [
    exactly(`random stories${on}`, STORIES, told.length, `${several} of them over several generations`),
    exactly(`differences from a second judge in deviations, spreads and the verdict's claims${on}`, 0, differences),
    exactly(`"not evenly" where every stretch was even${on}`, 0, told.filter((one) => one.isFalselyUneven).length),
  ]
}

export const part: Part = {
  title: 'a run is judged as it was',
  measure: async (say) => {
    const hasNginx = (await runCommand('nginx', ['-v'], { limitMs: 5_000 })).code === 0
    return [
      ...(hasNginx ? await storiesOn('nginx', say) : [notMeasured('random stories, nginx', 'no nginx on the PATH')]),
      ...(await storiesOn('built-in', say)),
    ]
  },
}
