"""Which tags move on one branch at one commit: the files as they shall be, and what is remembered of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.domain.images.bump_message import Bump
from shared.domain.images.image_policy import ImagePolicy, ImageUpdates, Strategy, read_image_updates
from shared.domain.images.image_state import ImageState, Sighting, decide
from shared.domain.images.scalar_edit import Path, YamlText, shown, with_value
from shared.domain.images.tag_place import TagPlace, find_place
from shared.domain.images.write_back import TargetKind, WriteBack
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.errors import RenderError, UnavailableError, UserError
from shared.ports.clock import Clock
from shared.ports.manifest_tool import ManifestTool
from shared.services.application_rows import ApplicationRows
from shared.services.choose_tag import ChooseTag
from shared.services.image_states import ImageStates
from shared.services.image_work import ImageRow, wanted

ReadFile = Callable[[str], bytes | None]


@dataclass(slots=True)
class Draft:
    """One image of one application, and what becomes of it. `write` is the new tag, `text` the field's."""

    ref: AppRef
    policy: ImagePolicy
    state: ImageState
    place: TagPlace | None = None
    write: str = ""
    text: str = ""
    unavailable: bool = False

    def fail(self, error: Exception) -> None:
        """It stays as it is, and says why."""
        self.state = replace(self.state, problem=str(error))
        self.write = self.text = ""
        self.unavailable = isinstance(error, UnavailableError)


@dataclass(slots=True)
class BumpPlan:
    """`files` are whole files as they shall be; empty where nothing moves."""

    drafts: list[Draft] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    bumps: list[Bump] = field(default_factory=list)

    @property
    def unavailable(self) -> list[str]:
        """Images that could not be asked for."""
        return sorted({str(draft.policy.image) for draft in self.drafts if draft.unavailable})

    @property
    def places(self) -> tuple[str, ...]:
        """Every file that holds a tag, whether it moves or not."""
        return tuple(sorted({draft.place.file for draft in self.drafts if draft.place}))


class PlanBumps:
    def __init__(self, rows: ApplicationRows, states: ImageStates, tool: ManifestTool, clock: Clock) -> None:
        self._rows, self._states, self._tool, self._clock = rows, states, tool, clock

    def __call__(
        self, row: ImageRow, applications: list[AppRef], choose: ChooseTag, read: ReadFile
    ) -> BumpPlan:
        """Plan for the files that `read` gives; what one image lacks holds up no other.

        Raises UnavailableError when the store, or the server of the files, is away.
        """
        plan = BumpPlan()
        for ref in applications:
            plan.drafts += self._drafts(row, ref, choose, read)
        _refuse_rivals(plan.drafts)
        self._edit(plan, read)
        return plan

    def _drafts(self, row: ImageRow, ref: AppRef, choose: ChooseTag, read: ReadFile) -> list[Draft]:
        stored = self._rows.application(ref)
        updates = read_image_updates(Application.parse(stored.manifest)) if stored else ImageUpdates()
        target = updates.write_back
        if target is None or target.subject != row.subject:
            return []
        known = self._states.of(ref)
        drafts = []
        for policy in updates.policies:
            draft = Draft(ref, policy, known.get(policy.alias) or ImageState(policy.alias))
            self._find(draft, target, read)
            if draft.place is not None and _is_due(draft, row.pending):
                self._decide(draft, choose, updates)
            drafts.append(draft)
        return drafts

    def _find(self, draft: Draft, target: WriteBack, read: ReadFile) -> None:
        try:
            draft.place = find_place(draft.policy, target, read)
        except UserError as error:
            draft.fail(error)

    def _decide(self, draft: Draft, choose: ChooseTag, updates: ImageUpdates) -> None:
        state, policy, place = draft.state, draft.policy, draft.place
        if place is None:
            return
        rejected = state.hold.rejected if state.hold else ""
        try:
            choice = choose(policy, (place.tag, state.last, rejected))
        except (UserError, UnavailableError) as error:
            draft.fail(error)
            return
        seen = Sighting(
            tag=place.tag,
            pick=choice.pick,
            released=lambda tag: f"{policy.alias}:{tag}" in updates.released,
            is_newer=choice.order.is_newer,
            now=self._clock.now(),
        )
        draft.state, draft.write = decide(_described(draft, place), seen)
        if draft.write:
            draft.text = _text(draft, place, updates)

    def _edit(self, plan: BumpPlan, read: ReadFile) -> None:
        moving: defaultdict[tuple[str, Path], list[Draft]] = defaultdict(list)
        for draft in plan.drafts:
            if draft.place is not None and draft.write:
                moving[draft.place.file, draft.place.path].append(draft)
        for (file, path), drafts in sorted(moving.items(), key=lambda item: str(item[0])):
            before = plan.files.get(file) or read(file) or b""
            try:
                plan.files[file] = self._edited(file, before, path, drafts[0].text)
            except UserError as error:
                for draft in drafts:
                    draft.fail(error)
                continue
            apps = tuple(sorted({str(draft.ref) for draft in drafts}))
            place = drafts[0].place
            old = place.tag if place else ""
            plan.bumps.append(Bump(str(drafts[0].policy.image), old, drafts[0].write, file, apps))

    def _edited(self, file: str, before: bytes, path: Path, text: str) -> bytes:
        """The bytes with one scalar replaced, proved by the library that renders them."""
        after = YamlText(file, before).replaced(path, text)
        (old,), (new,) = self._tool.yaml(before), self._tool.yaml(after)
        if with_value(old, path, text) != new:
            raise RenderError(
                f"{file}: {shown(path)} cannot be changed without changing more: is it an alias, or a key "
                "that stands there twice? Write it plainly"
            )
        return after


def _described(draft: Draft, place: TagPlace) -> ImageState:
    policy = draft.policy
    return replace(
        draft.state,
        image=str(policy.image),
        strategy=policy.strategy.value,
        constraint=policy.constraint,
        file=place.file,
        field=shown(place.path),
    )


def _text(draft: Draft, place: TagPlace, updates: ImageUpdates) -> str:
    in_values = updates.write_back is not None and updates.write_back.kind is TargetKind.HELM_VALUES
    pinned = draft.policy.strategy is Strategy.DIGEST and in_values
    return place.text_for(f"{draft.policy.constraint}@{draft.write}" if pinned else draft.write)


def _is_due(draft: Draft, pending: Mapping[str, str]) -> bool:
    """Asked for, set by hand, or broken when last seen."""
    state, place = draft.state, draft.place
    by_hand = (
        place is not None and state.last != place.tag and not (state.hold and state.hold.at == place.tag)
    )
    return wanted(pending, draft.policy.image) or by_hand or bool(state.problem)


def _refuse_rivals(drafts: list[Draft]) -> None:
    """Two policies on one field would take turns for ever: neither moves it, both say so."""
    by_place: defaultdict[tuple[str, Path], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.place is not None:
            by_place[draft.place.file, draft.place.path].append(draft)
    for (file, path), rivals in by_place.items():
        if len({_rule(draft.policy) for draft in rivals}) > 1:
            names = ", ".join(sorted(f"{draft.ref} ({draft.policy.alias})" for draft in rivals))
            for draft in rivals:
                draft.fail(
                    RenderError(f"{file}: {shown(path)} follows two different policies: {names}. Keep one")
                )


def _rule(policy: ImagePolicy) -> tuple[object, ...]:
    return policy.image, policy.constraint, policy.strategy, policy.allow, policy.ignore


def stamped(draft: Draft, commit: str, now: datetime) -> ImageState:
    """The state after the commit, or as it is where nothing was written."""
    if not draft.write:
        return draft.state
    return replace(draft.state, tag=draft.write, last=draft.write, commit=commit, written_at=now)
