import { useEffect, useState } from "preact/hooks";
import { sentence } from "../../core/format";
import { PAGES } from "../../core/roles";
import { type Account, takeSeat } from "../../net/account";
import { ApiError, type Problem, request } from "../../net/api";
import { Icon } from "../icons";

const DOORS = [
  { role: "expert", does: "Enter", by: ["expert"] },
  { role: "operator", does: "Open the cart", by: ["operator"] },
  { role: "observer", does: "Watch", by: ["observer", "reviewer"] },
] as const;

/** The rooms of this node, with the doors that the account opens. */
export function Rooms({ account }: { account: Account }) {
  const [rooms, setRooms] = useState<readonly string[] | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const fail = (error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    setProblem(error);
  };
  useEffect(() => {
    listRooms().then(setRooms, fail);
  }, []);
  const doors = DOORS.filter(({ by }) => by.some((role) => account.roles.includes(role)));
  const enter = (room: string, role: (typeof DOORS)[number]["role"]) => {
    takeSeat(room, role).then(() => location.assign(`./${PAGES[role]}`), fail);
  };
  return (
    <section class="rooms" aria-labelledby="rooms-title">
      <h2 class="eyebrow" id="rooms-title">
        Rooms
      </h2>
      {problem && (
        <p class="failed" role="alert" data-code={problem.code}>
          <Icon name="alert" size={20} />
          {sentence(problem.message)} {problem.fix && sentence(problem.fix)}
        </p>
      )}
      <ul>
        {rooms?.map((room) => (
          <li key={room}>
            <b class="grow">{room}</b>
            {doors.map(({ role, does }) => (
              <button key={role} type="button" class="btn" onClick={() => enter(room, role)}>
                {does}
              </button>
            ))}
          </li>
        ))}
      </ul>
      {rooms?.length === 0 && <p class="soft">This site has no rooms.</p>}
      {doors.length === 0 && (
        <p class="soft">
          Your account opens no room: that takes the role operator, expert or observer. Whoever runs
          this server gives it with “sonopair account roles”.
        </p>
      )}
    </section>
  );
}

async function listRooms(): Promise<string[]> {
  const { rooms } = (await request("GET", "api/rooms")) as { rooms: { name: string }[] };
  return rooms.map(({ name }) => name);
}
