"""The dialog that shares an experiment as a link, as files or as a report, and opens one from a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from rnn_core import Experiment, LinkError, Model, presets
from rnn_core.sharing import documents, links, model_file, script
from ui.figures import qr_code
from ui.frame import copy_button, handover, moments, opening, report
from ui.frame.arrival import PARAMETER
from ui.frame.lens import Lens
from ui.frame.living import kindly
from ui.language import gettext, number, paragraph, speaking, spoken
from ui.messages import errors, experiment, formatting, runs
from ui.messages import moments as messages
from ui.messages import vectors as vectors_messages
from ui.session.session import Session


def button(session: Session, page: str) -> None:
    """Draw the sidebar's button for everything that can be shared. page: the present page's address.

    The dialog stays open when its page is drawn again, and closes with another page: nobody can leave the page while it is open,
    so it was closed at the same moment.
    """
    view = session.view
    title = gettext("Share or open")
    if st.button(title, icon=":material/ios_share:", width="stretch", key="share-or-open"):
        view.sharing = page

    def dismiss() -> None:
        view.sharing = None

    if view.sharing != page:
        dismiss()
    else:  # also when the page is drawn again meanwhile: a dialog that is not drawn with it closes
        st.dialog(title, width="medium", on_dismiss=dismiss)(partial(_dialog, session))()


def _dialog(session: Session) -> None:
    @kindly
    def draw() -> None:
        link, files, document, opened = st.tabs([gettext("Link"), gettext("Files"), gettext("Report"), gettext("Open")])
        with link:
            _link(session)
        with files:
            _files(session)
        with document:
            _report(session)
        with opened:
            opening.draw(session)

    draw()


def _experiment(session: Session, key: str) -> Experiment | None:
    """Let the visitor choose what to share: the run that the pages show, or the present settings."""
    run = session.runs.shown
    ready, problem = session.workspace.ready()
    if run is not None and run.by_hand:
        st.info(runs.by_hand(), icon=":material/edit:")
        return ready
    if run is None or run.experiment == ready:
        if problem is not None:
            st.info(paragraph([gettext("There is nothing to share yet."), errors.error(problem)]))
        return ready
    if ready is None:
        return run.experiment
    names = {
        "run": gettext("{run}, as trained", run=formatting.plain(runs.run_name(run.name))),
        "settings": gettext("The current settings"),
    }
    chosen = st.radio(
        gettext("Experiment"), list(names), key=f"share-which-{key}", horizontal=True, format_func=names.__getitem__
    )
    return ready if chosen == "settings" else run.experiment


def _link(session: Session) -> None:
    experiment = _experiment(session, "link")
    if experiment is None:
        return
    try:
        token = links.encode(experiment)
    except LinkError:
        st.info(
            gettext(
                "There are too many sentences for a link, which has up to {count} characters. Send the experiment as a file instead.",
                count=number(links.MOST_CHARACTERS),
            ),
            icon=":material/description:",
        )
        return
    address = f"{page_address()}?{PARAMETER}={token}"
    moment, run = moments.now(session), session.runs.shown
    if moment is not None and run is not None and run.experiment == experiment:
        names = {"experiment": gettext("The experiment"), "moment": gettext("This moment")}
        choice = st.segmented_control(
            gettext("Link to"),
            list(names),
            default="experiment",
            key="share-moment",
            required=True,
            format_func=names.__getitem__,
        )
        if choice == "moment":
            then = gettext("The link opens this page and trains the network to this epoch in the background.")
            st.caption(paragraph([messages.moment(*moment), then]))
            address = f"{address}&{moments.written(moment)}"
    link, code = st.columns([3, 1], gap="medium")
    with link:
        st.code(address, language=None, wrap_lines=True)
        copy_button.draw(address)
        st.caption(
            gettext(
                "The link contains every setting, the seed and the changes made during training. On the same kind of machine with the "
                "same version, training gives the same curves. Elsewhere it is the same experiment from the same start."
            )
        )
    with code:
        if len(address) <= qr_code.MOST_CHARACTERS:
            st.image(qr_code.svg(address), width="stretch", alt=gettext("The link as a QR code"))
        else:
            st.caption(messages.no_code(len(address), qr_code.MOST_CHARACTERS))
    vectors = experiment.dataset.vectors
    if vectors is not None and "vectors" in documents.to_json(experiment)["dataset"]:
        st.warning(vectors_messages.sent_apart(vectors), icon=":material/attach_file:")
    warn_of_sentences(experiment)


def warn_of_sentences(experiment: Experiment) -> None:
    """Say so where a link to an experiment contains the visitor's own sentences."""
    if "preset" not in documents.to_json(experiment)["dataset"]:
        st.warning(
            gettext("The link contains your sentences. Everyone who has the link can read them."), icon=":material/visibility:"
        )


def _files(session: Session) -> None:
    experiment, run = _experiment(session, "files"), session.runs.shown
    if experiment is None:
        return
    st.download_button(
        gettext("The experiment, to open here again"),
        data=lambda: documents.save(experiment),
        file_name="experiment.json",
        mime="application/json",
        icon=":material/science:",
        on_click="ignore",
    )
    st.download_button(
        gettext("The run as a Python script"),
        data=lambda: script.write(experiment).encode(),
        file_name="run.py",
        mime="text/x-python",
        icon=":material/code:",
        on_click="ignore",
        help=gettext(
            "One file that needs only NumPy. It prints the log of this run. Compiled code can differ from NumPy in the last bits, and "
            "unstable training amplifies such differences."
        ),
    )
    network: Callable[[], Model] | None = None
    label, training = "", None
    if (opened := session.runs.opened) is not None:
        label, network = gettext("The network that you opened"), lambda: opened
    elif run is not None and run.epoch:
        label, network = gettext("The trained network, epoch {epoch}", epoch=number(run.viewed)), lambda: run.model
        training = run.experiment.training
    if network is not None:
        _network(label, network)
    if run is None or not run.epoch:
        st.caption(gettext("After training you can also download the network and the records of the run."))
    else:
        st.download_button(
            gettext("The records of the run"),
            data=lambda: run.run.to_csv().encode(),
            file_name="records.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
    if network is not None:
        handover.draw(network, training)


def _report(session: Session) -> None:
    run = session.runs.shown
    if run is None or not run.epoch:
        st.info(
            gettext(
                "Train a network first. Its report contains your hypothesis, the settings, the curves, the findings and a link to the "
                "experiment."
            )
        )
        return
    hypothesis = st.text_area(
        gettext("Your hypothesis"),
        key="hypothesis",
        max_chars=report.MOST_LETTERS,
        placeholder=gettext("I expect that … because …"),
        height=120,
    )

    address, language = page_address(), spoken()  # now: when the file is asked for, no page is open

    def write() -> bytes:
        try:
            link = None if run.by_hand else f"{address}?{PARAMETER}={links.encode(run.experiment)}"
        except LinkError:
            link = None
        lens, asked = Lens.on_run(session, run), session.view.sentence
        reading = lens.reading(asked) if asked and lens.can_read(asked) else None
        with speaking(language):
            settings = experiment.settings_table(run.experiment, presets.guide_corrected())
            return report.write(run, hypothesis or "", settings, link, reading).encode()

    st.download_button(
        gettext("Download the report"),
        data=write,
        file_name="report.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        help=gettext("One HTML file for any browser. It needs no internet connection and runs no script."),
    )
    st.caption(
        gettext(
            "The report is about the run shown on the pages. It contains your hypothesis, the curves, the findings, the last sentence you "
            "tried, every setting and a link to the experiment."
        )
    )


def page_address() -> str:
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
        help=gettext("Contains the vocabulary, the settings and the weights, but no sentences."),
    )
