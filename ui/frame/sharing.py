"""Share an experiment as a link or as files; receive one, which is never taken over without asking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NoReturn

import streamlit as st

from rnn_core import Experiment, Limits, LinkError, Model, RnnCoreError, presets
from rnn_core.sharing import documents, links, model_file, script
from ui.figures import qr_code
from ui.frame import copy_button, moments, report
from ui.frame.lens import Lens
from ui.frame.living import kindly
from ui.messages import errors, experiment, formatting
from ui.messages import moments as messages
from ui.session.inbox import Inbox
from ui.session.session import Session

PARAMETER = "e"
"""The address's parameter with the experiment's token."""


def receive(inbox: Inbox, limits: Limits) -> None:
    """Read the address's token once; the experiment waits until the visitor decides."""
    token = st.query_params.get(PARAMETER)
    if token is None:
        return
    moment = moments.read(st.query_params)
    whole = token if moment is None else f"{token}&{moments.written(moment)}"
    if whole == inbox.token:
        return
    inbox.token, inbox.moment = whole, moment
    try:
        inbox.offered, inbox.offer_problem = links.decode(token, limits), None
    except RnnCoreError as problem:
        inbox.offered, inbox.offer_problem, inbox.moment = None, problem, None


def offer(session: Session) -> None:
    """Offer an experiment that arrived at the top of every page. A visitor without work of their own gets it at once."""
    inbox = session.inbox
    if inbox.offer_problem is not None:
        st.error(errors.unusable(inbox.offer_problem), icon=":material/link_off:")
        if st.button("Close", icon=":material/close:", key="offer-close"):
            inbox.offer_problem = None
            st.rerun()
    if inbox.offered is None or not inbox.restored:  # what the visitor has is unknown until the browser has answered
        return
    if session.workspace.holds(inbox.offered) and inbox.moment is None:  # as after reloading a page whose link was accepted
        inbox.offered = None
        return
    if session.untouched:
        _take(session, inbox.offered)
    with st.container(border=True):
        what = "An experiment has come" if inbox.moment is None else "A moment of an experiment has come"
        st.markdown(f"**{what}:** {experiment.offered(inbox.offered)}")
        if inbox.moment is not None:
            st.markdown(messages.moment(*inbox.moment))
        with st.container(horizontal=True):
            if st.button("Use it", type="primary", icon=":material/check:", key="offer-take"):
                _take(session, inbox.offered, said=False)
            if st.button("Keep mine", icon=":material/close:", key="offer-leave"):
                inbox.offered = inbox.moment = None
                st.rerun()
        st.caption("Your sentences and settings stay until you decide; the sentences can be brought back after that too.")


def _take(session: Session, offered: Experiment, *, said: bool = True) -> NoReturn:
    """Accept what came, open its moment if it has one, and draw the page anew. said: whether it is told that it came."""
    moment, session.inbox.moment = session.inbox.moment, None
    if moment is not None:
        moments.open_it(session, offered, moment)
    else:
        session.accept(offered)
        if said:
            session.view.notice = "This experiment came with the link. Train it to see the same run."
    st.rerun()


def button(session: Session) -> None:
    """Draw the sidebar's button for everything that can be shared."""
    view = session.view
    if st.button("Share or open", icon=":material/ios_share:", width="stretch", key="share-or-open"):
        view.sharing = True

    def dismiss() -> None:
        view.sharing = False

    if view.sharing:  # also when the page is drawn again meanwhile: a dialog that is not drawn with it closes
        st.dialog("Share or open", width="medium", on_dismiss=dismiss)(partial(_dialog, session))()


def _dialog(session: Session) -> None:
    @kindly
    def draw() -> None:
        link, files, document, opening = st.tabs(["Link", "Files", "Report", "Open"])
        with link:
            _link(session)
        with files:
            _files(session)
        with document:
            _report(session)
        with opening:
            _open(session)

    draw()


def _experiment(session: Session, key: str) -> Experiment | None:
    """Let the visitor choose what to share: the run that the pages show, or the present settings."""
    run = session.runs.shown
    ready, problem = session.workspace.ready()
    if run is None or run.experiment == ready:
        if problem is not None:
            st.info(f"There is nothing to share yet. {errors.error(problem)}")
        return ready
    if ready is None:
        return run.experiment
    ways = {f"{formatting.plain(run.name)}, as it was trained": run.experiment, "What is set now": ready}
    chosen = st.radio("Which experiment", list(ways), key=f"share-which-{key}", horizontal=True)
    return ways[chosen or ""]


def _link(session: Session) -> None:
    experiment = _experiment(session, "link")
    if experiment is None:
        return
    try:
        token = links.encode(experiment)
    except LinkError:
        st.info(
            f"These sentences are too many for a link of {formatting.number(links.MOST_CHARACTERS)} characters. Send the experiment as a "
            "file: it holds the same.",
            icon=":material/description:",
        )
        return
    address = f"{_address()}?{PARAMETER}={token}"
    moment, run = moments.now(session), session.runs.shown
    if moment is not None and run is not None and run.experiment == experiment:
        choice = st.segmented_control(
            "Link to", ["The experiment", "This moment"], default="The experiment", key="share-moment", required=True
        )
        st.caption(messages.moment(*moment) + " The link trains it there, in the background, and opens this page.")
        if choice == "This moment":
            address = f"{address}&{moments.written(moment)}"
    link, code = st.columns([3, 1], gap="medium")
    with link:
        st.code(address, language=None, wrap_lines=True)
        copy_button.draw(address)
        st.caption(
            "It carries every setting, the seed and what was changed on the way. Opened with the same version on a like machine, training "
            "gives the same curves; elsewhere the same experiment from the same start."
        )
    with code:
        if len(address) <= qr_code.MOST_CHARACTERS:
            st.image(qr_code.svg(address), width="stretch", alt="The link as a QR code")
        else:
            st.caption(messages.no_code(len(address), qr_code.MOST_CHARACTERS))
    if "preset" not in documents.to_json(experiment)["dataset"]:
        st.warning("The link holds your sentences in clear: whoever has it can read them.", icon=":material/visibility:")


def _files(session: Session) -> None:
    experiment, run = _experiment(session, "files"), session.runs.shown
    if experiment is None:
        return
    st.download_button(
        "The experiment, to open here again",
        data=lambda: documents.save(experiment),
        file_name="experiment.json",
        mime="application/json",
        icon=":material/science:",
        on_click="ignore",
    )
    st.download_button(
        "The run as a Python script",
        data=lambda: script.write(experiment).encode(),
        file_name="run.py",
        mime="text/x-python",
        icon=":material/code:",
        on_click="ignore",
        help="One file that needs NumPy alone. It prints the log of this run as plain NumPy computes it; compiled code may differ in the "
        "last bits, which grow where training is unstable.",
    )
    if (opened := session.runs.opened) is not None:
        _network("The network that you opened", lambda: opened)
    elif run is not None and run.epoch:
        _network(f"The trained network, epoch {formatting.number(run.viewed)}", lambda: run.model)
    if run is None or not run.epoch:
        st.caption("Once something is trained, the network and its records can be taken along too.")
        return
    st.download_button(
        "The run's records",
        data=lambda: run.run.to_csv().encode(),
        file_name="records.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
    )


def _report(session: Session) -> None:
    run = session.runs.shown
    if run is None or not run.epoch:
        st.info(
            "Train a network first. Its report then holds your hypothesis, the settings, the curves, what they show, and the link."
        )
        return
    hypothesis = st.text_area(
        "Your hypothesis", key="hypothesis", max_chars=report.MOST_LETTERS, placeholder="I expect that … because …", height=120
    )

    address = _address()  # now: when the file is asked for, no page is open

    def write() -> bytes:
        try:
            link = f"{address}?{PARAMETER}={links.encode(run.experiment)}"
        except LinkError:
            link = None
        lens, asked = Lens.on_run(session, run), session.view.sentence
        reading = lens.reading(asked) if asked and lens.can_read(asked) else None
        settings = experiment.settings_table(run.experiment, presets.guide_corrected())
        return report.write(run, hypothesis or "", settings, link, reading).encode()

    st.download_button(
        "Download the report",
        data=write,
        file_name="report.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        help="One file for any browser, to hand in or to send. It needs no connection, and no script runs in it.",
    )
    st.caption(
        "It holds the shown run: your hypothesis, its curves, what they show, the sentence asked last, every setting and the link."
    )


def _address() -> str:
    """Return the address of the page that is open, without parameters."""
    return (st.context.url or "").split("?")[0].split("#")[0]


def _network(label: str, network: Callable[[], Model]) -> None:
    st.download_button(
        label,
        data=lambda: model_file.save(network()),
        file_name="network.npz",
        mime="application/octet-stream",
        icon=":material/network_node:",
        on_click="ignore",
        help="Its words, its settings and its numbers; no sentence is in it.",
    )


def _open(session: Session) -> None:
    file = st.file_uploader(
        "An experiment (.json) or a trained network (.npz) from here",
        type=["json", "npz"],
        key=f"open-{session.workspace.revision}-{session.workspace.settings_revision}",
        max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
    )
    if file is None:
        return
    try:
        if file.name.lower().endswith(".npz"):
            session.open_network(model_file.load(file.getvalue(), session.limits), file.name)
        else:
            experiment = documents.load(file.getvalue(), session.limits)
            if session.workspace.holds(experiment):
                st.info("This experiment is what is set already.", icon=":material/check:")
                return
            session.inbox.offered, session.inbox.offer_problem = experiment, None
    except RnnCoreError as problem:
        st.error(errors.unusable(problem), icon=":material/block:")
        return
    session.view.sharing = False
    st.rerun()
