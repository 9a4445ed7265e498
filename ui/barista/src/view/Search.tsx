import { Letters } from "@kava/parts";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { Tile } from "./Tiles";
import { useDo, useThe, useWords } from "./use";

/** As many as fit without scrolling. */
const FOUND = 12;

/** Products whose words begin with what was typed, by letters that lead somewhere or by the keyboard. */
export function Search() {
  const { say } = useWords();
  const dispatch = useDo();
  const shelf = useThe((state) => state.till.shelf);
  const typed = useThe((state) => state.look.typed).toLocaleLowerCase();
  const dishes = shelf?.dishes ?? [];
  const words = (name: string) => [name, ...name.split(/[\s-]+/)].map((word) => word.toLocaleLowerCase());
  const fitting = (begin: string) => dishes.filter(({ name }) => words(name).some((word) => word.startsWith(begin)));
  const all = fitting(typed);
  const next = new Set(all.flatMap(({ name }) => words(name).filter((word) => word.startsWith(typed)).map((word) => word[typed.length] ?? "")));
  const letters = [...next].filter((letter) => letter.trim() !== "").toSorted(new Intl.Collator("ru").compare);
  return (
    <Pane title={typed === "" ? say("sale.search_hint") : typed}>
      <div className="search">
        <div className="tiles">
          {all.slice(0, FOUND).map((dish) => (
            <Tile
              key={dish.sizes[0]?.sku ?? dish.name}
              dish={dish}
              hue={shelf?.categories.indexOf(dish.category) ?? 0}
              liked={null}
            />
          ))}
          {all.length === 0 && <p className="nothing">{say("sale.nothing_found")}</p>}
        </div>
        <Letters
          letters={letters}
          onLetter={(letter) => dispatch(look.actions.typed(letter))}
          onRub={() => dispatch(look.actions.rubbed())}
          rubLabel={say("sale.remove")}
        />
      </div>
    </Pane>
  );
}
