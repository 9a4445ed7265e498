/** How a catalogue differs from the first one: keys it lacks, keys it has too many, empty words, other places to fill. */
export function differences(first: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string[] {
  const keys = [...new Set([...Object.keys(first), ...Object.keys(other)])].toSorted();
  return keys.flatMap((key) => {
    const [wanted, found] = [first[key], other[key]];
    if (found === undefined) return [`${key}: is missing`];
    if (wanted === undefined) return [`${key}: is too much`];
    if (found.trim() === "") return [`${key}: is empty`];
    return places(found) === places(wanted) ? [] : [`${key}: fills ${places(found)}, not ${places(wanted)}`];
  });
}

function places(words: string): string {
  return [...words.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted().join(" ");
}
