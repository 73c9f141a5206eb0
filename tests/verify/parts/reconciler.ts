import { runWorld } from '../../unit/cluster/random-worlds.ts'
import { atLeast, exactly, type Part } from '../rows.ts'

const SEEDS = 10_000
const SAID_EVERY = 1_000
const SHOWN = 5

/** What a violation begins with; see runWorld. */
const PROMISES = [
  ...['listed backend stopped', 'unready backend listed', 'half done', 'left over', 'wrong number'],
  ...['no answer', 'late answer', 'strange answer', 'last command in calm'],
]

const promiseOf = (violation: string): string =>
  PROMISES.find((promise) => violation.startsWith(promise)) ?? 'another promise'

export const part: Part = {
  title: `the reconciler against ${SEEDS} random worlds`,
  measure: async (say) => {
    const broken = new Map<string, number>([...PROMISES, 'another promise'].map((promise) => [promise, 0]))
    const seeds: number[] = []
    let [commands, reached] = [0, 0]
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = await runWorld(seed)
      commands += world.commands
      reached += world.reached
      for (const violation of world.violations)
        broken.set(promiseOf(violation), (broken.get(promiseOf(violation)) ?? 0) + 1)
      if (world.violations.length > 0 && seeds.push(seed) <= SHOWN) say(`seed ${seed}: ${world.violations.join('; ')}`)
      if (seed % SAID_EVERY === 0) say(`${seed} seeds, ${seeds.length} with a violation`)
    }
    const note =
      seeds.length > 0 ? `seeds ${seeds.slice(0, SHOWN).join(', ')}` : `${commands} commands, ${reached} reached`
    return [
      exactly(`worlds with a broken promise, of ${SEEDS} seeds`, 0, seeds.length, note),
      ...[...broken].map(([promise, count]) => exactly(`broken: ${promise}`, 0, count)),
      atLeast('commands in these worlds', SEEDS, commands, '', `${reached} reached`),
    ]
  },
}
