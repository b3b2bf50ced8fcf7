"""Training: start it, watch it, hold it."""

import streamlit as st

from ui import live, messages, shell

session = shell.enter("Training")
job = session.job

experiment, refusal = session.ready()

if job is not None:
    shell.belongs(session, job.snapshot())
elif experiment is not None:
    st.markdown(messages.describe(experiment))
shell.refuse(refusal)

with st.container(horizontal=True):
    if job is None:
        if st.button("Start", icon=":material/play_arrow:", type="primary", disabled=experiment is None) and experiment:
            shell.train(session, experiment)
            st.rerun()
    elif job.running:
        if st.button("Pause", icon=":material/pause:", type="primary"):
            job.pause()
            st.rerun()
    elif job.state == "paused" and st.button("Resume", icon=":material/play_arrow:", type="primary"):
        job.start()
        st.rerun()
    if job is not None:
        if not job.ended and st.button("Stop", icon=":material/stop:"):
            job.stop()
            st.rerun()
        again = st.button(
            "Start over", icon=":material/restart_alt:", type="primary" if job.ended else "secondary", disabled=experiment is None
        )
        if again and experiment:
            shell.train(session, experiment)
            st.rerun()

if job is None:
    st.info("Nothing has been trained yet. Press **Start**: the curves appear here and grow as the network learns.")
    st.stop()

live.panel(session, job)
