import { expect, it } from 'vitest'
import { createVoice } from '#service/voice.ts'

it('says one JSON object a line', () => {
  const said: string[] = []
  const voice = createVoice((text) => said.push(text))
  voice.sayLastingly({ event: 'listening' })
  voice.say({ event: 'answer', id: 1, ok: true })
  expect(said).toEqual(['{"event":"listening"}\n', '{"event":"answer","id":1,"ok":true}\n'])
})

it('says what has to last again before a log that is cut at a megabyte has lost it', () => {
  const said: string[] = []
  const voice = createVoice((text) => said.push(text))
  voice.sayLastingly({ event: 'listening' })
  for (let left = 1_000; left > 0; left--) voice.say({ event: 'answer', filled: 'x'.repeat(1_000) })
  const places = said.flatMap((text, index) => (text.includes('listening') ? [index] : []))
  expect(places).toHaveLength(4)
  for (const [index, place] of places.entries()) {
    const size = said.slice(place, places[index + 1]).join('').length
    expect(size).toBeLessThan(300_000)
  }
})
