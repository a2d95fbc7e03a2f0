"""Declares jobs before an engine that is not there: what it was asked and what became of the outputs, as JSON. Its words are
`plain` for the SDK's own way, `light` for ours, `many` for a thousand jobs or `transformed`, and `preview` or `up`."""

import asyncio
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pulumi
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2, resource_pb2_grpc
from pulumi_skaha.resources import HeadlessSession, _session

WAY, PHASE = sys.argv[1:]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "words"}
IMAGE = "images.canfar.net/skaha/astroml:24.07"
asked = []
logged = []


class Engine(engine_pb2_grpc.EngineServicer):
    def Log(self, request, context):
        logged.append(request.message)
        return empty_pb2.Empty()


class Threads(ThreadPoolExecutor):
    """Those that wait for the engine's answers."""

    _lock = threading.Lock()
    waiting = most = 0

    def submit(self, *words, **more):
        with self._lock:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        future = super().submit(*words, **more)
        future.add_done_callback(self._is_done)
        return future

    def _is_done(self, future):
        with self._lock:
            self.waiting -= 1


threads = Threads(max_workers=4_096)  # as many as the SDK has
#: Until then the engine does not answer about some jobs.
all_ask = threading.Event()


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    def SupportsFeature(self, request, context):
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def RegisterResource(self, request, context):
        if request.name.startswith("many-"):
            all_ask.wait()
        asked.append(MessageToDict(request))
        urn = f"urn:pulumi:dev::survey::{request.type}::{request.name}"
        answer = resource_pb2.RegisterResourceResponse(urn=f"{request.parent}/{urn}")
        if request.name == "failed":
            answer.result = resource_pb2.Result.FAIL
        elif request.name == "skipped" and hasattr(answer, "unknown"):
            answer.unknown = True
            answer.object.update({"cores": 2})
        elif request.custom and PHASE == "preview":
            answer.object.update({"cores": 2, "jobName": "told-1", "reason": UNKNOWN, "missingOutputs": ["a", UNKNOWN]})
        elif request.custom:
            answer.id = "told-1"
            usage = {"ram": 1.5, "cores": [1, None]}
            answer.object.update({"status": "Running", "attempt": 1, "usage": usage, "logTail": SECRET, "cores": 2})
        return answer

    def RegisterResourceOutputs(self, request, context):
        asked.append(MessageToDict(request))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request, context):
        return empty_pb2.Empty()


jobs = {}
made = {}


def program():
    def job(name, **inputs):
        opts = inputs.pop("opts", None)
        jobs[name] = one = HeadlessSession(name.rpartition("/")[2], image=IMAGE, opts=opts, **inputs)
        made[name] = sum(isinstance(value, pulumi.Output) for value in dict.values(one.__dict__))
        return one

    told = job("told", cmd="python", args=["a", 2, True, 1.5], cores=2, env={"A": "1"}, triggers=[{"a": [None, []]}])
    job("failed", cmd="echo")
    job("skipped", cmd="echo")
    job("after", cmd="echo", after=[told], env={"A": told.session_id, "B": "2"}, registry_auth={"username": "a", "secret": "b"})
    job("alias", cmd="echo", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")], protect=True))
    for parent in ("a", "b"):
        of = pulumi.ComponentResource("test:index:Group", parent)
        job(f"{parent}/child", cmd=f"echo {parent}", opts=pulumi.ResourceOptions(parent=of))
    pulumi.export("told", told)
    if WAY == "many":
        of = pulumi.ComponentResource("test:index:Group", "many", opts=pulumi.ResourceOptions(depends_on=[told]))
        for index in range(1_000):
            HeadlessSession(f"many-{index}", image=IMAGE, opts=pulumi.ResourceOptions(parent=of if index % 2 else None))
    pulumi.log.debug("of the program")
    if WAY == "transformed":
        pulumi.runtime.register_stack_transformation(seen)
        job("late", cmd="echo", cores=2)


def seen(args):
    asked.append({"transformed": args.name, "props": sorted(name for name, value in args.props.items() if value is not None)})


async def plainly(output):
    if not await output.is_known():
        return "unknown"
    value = await output.future()
    secrecy = {"secret": True} if await output.is_secret() else {}
    return {"value": value, "of": sorted({one._name for one in await output.resources()}), **secrecy}


async def ask():
    """Lets the program go on until nothing but an answer can move it."""
    while threads.waiting < 256:
        await asyncio.sleep(0.01)
    for _ in range(5_000):
        await asyncio.sleep(0)
    all_ask.set()


async def everything():
    asking = asyncio.ensure_future(ask())
    await pulumi.runtime.run_in_stack(program)
    asking.cancel()
    return {job: {name: await plainly(one.__dict__[name]) for name in listed(one)} for job, one in jobs.items()}


def listed(job):
    """As the SDK lists the outputs of a resource that is exported."""
    return [name for name in job.__dict__.keys() if not name.startswith("_") and name != "key"]


if WAY == "plain":
    _session.job_calls = lambda opts: None
server = grpc.server(ThreadPoolExecutor(max_workers=8 if WAY != "many" else 1_000))
resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(), server)
engine_pb2_grpc.add_EngineServicer_to_server(Engine(), server)
address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
server.start()
pulumi.runtime.reset_options(
    project="survey",
    stack="dev",
    monitor_address=address,
    engine_address=address,
    preview=PHASE == "preview",
    organization="organization",
)
loop = asyncio.new_event_loop()
loop.set_default_executor(threads)
outputs = loop.run_until_complete(everything())
server.stop(None)
# The order in which the engine is asked is no matter of the program's.
asked.sort(key=lambda one: (one.get("name", ""), json.dumps(one.get("object"), sort_keys=True)))
print(json.dumps({"asked": asked, "outputs": outputs, "made": made, "logged": logged, "most": threads.most}))
