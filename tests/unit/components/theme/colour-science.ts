/** Linear light of an sRGB channel, 0 to 255. */
const linear = (channel: number): number => {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const rgb = (hex: string): [number, number, number] => {
  const channel = (at: number) => linear(Number.parseInt(hex.slice(at, at + 2), 16))
  return [channel(1), channel(3), channel(5)]
}

const luminance = (hex: string): number => {
  const [red, green, blue] = rgb(hex)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

type Matrix = readonly [number, number, number, number, number, number, number, number, number]

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
const SEEN_BY = {
  ordinary: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const satisfies Record<string, Matrix>

export type Eye = keyof typeof SEEN_BY
export const EYES = Object.keys(SEEN_BY) as Eye[]

const times = (m: Matrix, [x, y, z]: readonly [number, number, number]): [number, number, number] => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
]

const TO_CONES: Matrix = [
  0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376,
  0.6299787005,
]
const TO_OKLAB: Matrix = [
  0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662,
  -0.808675766,
]

function seen(hex: string, eye: Eye): [number, number, number] {
  const light = times(SEEN_BY[eye], rgb(hex)).map((value) => Math.min(1, Math.max(0, value)))
  const cones = times(TO_CONES, light as [number, number, number]).map(Math.cbrt)
  return times(TO_OKLAB, cones as [number, number, number])
}

/** How far apart two colours are to an eye: the distance in OKLab. 0.02 is just noticeable side by side. */
export function distance(one: string, other: string, eye: Eye): number {
  const [a, b] = [seen(one, eye), seen(other, eye)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}
