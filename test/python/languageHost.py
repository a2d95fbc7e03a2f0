"""Runs a Python program for a Pulumi CLI that was built from its Go module, which has no `pulumi-language-python` of its own:
that one is no Go module that can be had by itself. The SDK's own server of inline programs does all of it."""

import os
import runpy
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc


class Host(LanguageServer):
    def __init__(self):
        super().__init__(lambda: None)

    def Handshake(self, request, context):
        return language_pb2.LanguageHandshakeResponse()

    def Run(self, request, context):
        os.chdir(request.info.program_directory or request.pwd)
        entry = request.info.entry_point or request.program or "."
        self.program = lambda: runpy.run_path(entry, run_name="__main__")
        return super().Run(request, context)


server = grpc.server(ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", -1)])
language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, lambda *_: os._exit(0))
# What the program prints goes where the engine reads it, but for this line.
print(port, flush=True)
server.wait_for_termination()
