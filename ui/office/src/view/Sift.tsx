import { sieve } from "../state/receipts";
import { Field, Options } from "./Field";
import { useDesk, useView, useWords } from "./use";

/** Which receipts are listed: of a day, a shop, a counter. Who has one shop is not asked for it. */
export function Sift() {
  const ask = useDesk();
  const { say } = useWords();
  const { shop, counter, day } = useView(({ sift }) => sift);
  const own = useView(({ session }) => session.clerk?.shop ?? "");
  const known = useView(({ desk }) => desk.counters.value?.counters) ?? [];
  const shops = [...new Set(known.map((one) => one.shop))];
  const counters = [...new Set(known.filter((one) => shop === "" || one.shop === shop).map((one) => one.counter))];
  const rows = [
    { name: "shop", label: say("shop.shop"), value: shop, all: shops, any: say("clerk.all_shops") },
    { name: "counter", label: say("story.counter"), value: counter, all: counters, any: say("receipts.all_counters") },
  ].filter(({ name }) => name !== "shop" || own === "");
  return (
    <div className="pair sift">
      <Field name="day" kind="date" label={say("receipts.day")} value={day} onType={(chosen) => void ask(sieve({ day: chosen }))} />
      {rows.map(({ name, label, value, all, any }) => (
        <Options key={name} name={name} label={label} value={value} onChoose={(chosen) => void ask(sieve({ [name]: chosen }))}>
          <option value="">{any}</option>
          {all.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </Options>
      ))}
    </div>
  );
}
