"""What the linters do not know of template.yaml and openapi.yaml: that they agree with each other and with the code,
that each function may do what it does and no more, that time-outs, dead letters and encryption are as designed, and
that alarms and dashboard look at metrics that are there."""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

HERE = pathlib.Path(__file__).parent


class CloudFormation(yaml.SafeLoader):
    """Reads `!Ref X` as {"Ref": "X"}, `!GetAtt X.Arn` as {"Fn::GetAtt": "X.Arn"}, and so on."""


def intrinsic(loader, name, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    value = kinds[type(node)](node, **({"deep": True} if isinstance(node, yaml.SequenceNode) else {}))
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


CloudFormation.add_multi_constructor("!", intrinsic)

TEXT = (HERE / "template.yaml").read_text()
ROUTES_TEXT = (HERE / "openapi.yaml").read_text()
TEMPLATE = yaml.load(TEXT, CloudFormation)
RESOURCES = TEMPLATE["Resources"]
ROUTES = yaml.safe_load(ROUTES_TEXT)
# The part of the routes that is deployed.
DEPLOYED = yaml.safe_load((HERE / "gateway.yaml").read_text())


def of_type(kind):
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def properties(name):
    return RESOURCES[name]["Properties"]


FUNCTIONS = of_type("AWS::Serverless::Function")

# Each function's binary and environment, exactly.
COMMON_SYNC = {
    "STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "BULK_QUEUE_URL", "TRANSFERS_QUEUE_URL", "DEAD_LETTERS_URL", "FIFO_DEAD_LETTERS_URL", "DELIVERIES_QUEUE_URL", "RUNS_QUEUE_URL", "BUS_NAME", "BUCKET_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION",
}
EXPECTED = {
    "OauthCallbackFunction": (
        "oauth-callback",
        {"STACK_NAME", "TABLE_NAME", "BULK_QUEUE_URL", "DELIVERIES_QUEUE_URL", "BUS_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION", "PUBLIC_URL"},
    ),
    "PagesFunction": (
        "pages",
        {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "BULK_QUEUE_URL", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION", "PUBLIC_URL"},
    ),
    "ApiProxyFunction": (
        "api-proxy",
        {"STACK_NAME", "TABLE_NAME", "BUCKET_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION"},
    ),
    "CarbonApiFunction": (
        "carbon-api",
        {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "BULK_QUEUE_URL", "TRANSFERS_QUEUE_URL", "DELIVERIES_QUEUE_URL", "DELIVERY_PORTS", "RUNS_QUEUE_URL", "BUCKET_NAME", "BUS_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION", "PUBLIC_URL"},
    ),
    "ParagonApiFunction": (
        "paragon-api",
        {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "BULK_QUEUE_URL", "DELIVERIES_QUEUE_URL", "DELIVERY_PORTS", "RUNS_QUEUE_URL", "BUS_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION"},
    ),
    "ProjectApiFunction": ("project-api", {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "DELIVERIES_QUEUE_URL", "RUNS_QUEUE_URL", "BUS_NAME"}),
    "EndpointsApiFunction": ("endpoints-api", {"STACK_NAME", "TABLE_NAME", "DELIVERIES_QUEUE_URL", "DELIVERY_PORTS", "KEY_ID"}),
    "WorkflowsApiFunction": ("workflows-api", {"STACK_NAME", "TABLE_NAME", "RUNS_QUEUE_URL", "PUBLIC_URL"}),
    "FilesApiFunction": ("files-api", {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "BULK_QUEUE_URL", "TRANSFERS_QUEUE_URL", "BUCKET_NAME"}),
    "WebhookReceiverFunction": (
        "webhook-receiver",
        {"STACK_NAME", "TABLE_NAME", "CHANGES_QUEUE_URL", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION"},
    ),
    "SyncFunction": ("sync-worker", COMMON_SYNC),
    "TransferFunction": ("sync-worker", COMMON_SYNC),
    "EventSenderFunction": (
        "event-sender",
        {"STACK_NAME", "TABLE_NAME", "DELIVERIES_QUEUE_URL", "DELIVERY_DEAD_LETTERS_URL", "DELIVERY_PORTS", "RUNS_QUEUE_URL", "BUS_NAME", "KEY_ID"},
    ),
    "WorkflowRunnerFunction": (
        "workflow-runner",
        {"STACK_NAME", "TABLE_NAME", "RUNS_QUEUE_URL", "RUN_DEAD_LETTERS_URL", "DELIVERY_PORTS", "BUCKET_NAME", "KEY_ID", "APP_PARAMETER", "APP_PARAMETER_VERSION"},
    ),
}

# What each role may do, exactly: resource -> actions. Logs and X-Ray, the same for all, are added below.
OPEN_APP = {"parameter AppParameter": {"ssm:GetParameter"}}
TAKE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
WALK = {f"dynamodb:{action}" for action in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")}
ROWS = WALK - {"dynamodb:BatchGetItem"} | {"dynamodb:DeleteItem"}
KEEP = {"s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject", "s3:DeleteObject"}
MAY = {
    "OauthCallbackFunction": OPEN_APP
    | {
        "Table.Arn": ROWS | {"dynamodb:ConditionCheckItem"},
        "BulkQueue.Arn": {"sqs:SendMessage"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:GenerateDataKey", "kms:Decrypt"},
    },
    "PagesFunction": OPEN_APP
    | {
        "Table.Arn": ROWS | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"},
        "${Table.Arn}/index/by_creation": {"dynamodb:Query"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "BulkQueue.Arn": {"sqs:SendMessage"},
        "Key.Arn": {"kms:Decrypt"},
    },
    "ApiProxyFunction": OPEN_APP
    | {
        "Table.Arn": ROWS,
        "Key.Arn": {"kms:Decrypt"},
        "${Bucket.Arn}/*": {"s3:GetObject"},
    },
    "ProjectApiFunction": {
        "Table.Arn": ROWS | {"dynamodb:ConditionCheckItem"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
    },
    "EndpointsApiFunction": {
        "Table.Arn": ROWS | {"dynamodb:BatchWriteItem"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "Key.Arn": {"kms:GenerateDataKey", "kms:Decrypt"},
    },
    "WorkflowsApiFunction": {
        "Table.Arn": ROWS | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
    },
    "FilesApiFunction": {
        "Table.Arn": ROWS | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"},
        "${Bucket.Arn}/*": {"s3:GetObject"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "BulkQueue.Arn": {"sqs:SendMessage"},
        "TransfersQueue.Arn": {"sqs:SendMessage"},
    },
    "CarbonApiFunction": OPEN_APP
    | {
        "Table.Arn": ROWS | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"},
        "${Table.Arn}/index/by_creation": {"dynamodb:Query"},
        "${Table.Arn}/index/by_wake": {"dynamodb:Query"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "BulkQueue.Arn": {"sqs:SendMessage"},
        "TransfersQueue.Arn": {"sqs:SendMessage"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
        "${Bucket.Arn}/*": {"s3:GetObject"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:GenerateDataKey", "kms:Decrypt"},
    },
    "ParagonApiFunction": OPEN_APP
    | {
        "Table.Arn": ROWS | {"dynamodb:ConditionCheckItem", "dynamodb:BatchWriteItem"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "BulkQueue.Arn": {"sqs:SendMessage"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:GenerateDataKey", "kms:Decrypt"},
    },
    "WebhookReceiverFunction": OPEN_APP
    | {
        "Table.Arn": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "Key.Arn": {"kms:Decrypt"},
    },
    "SyncFunction": OPEN_APP
    | {
        "Table.Arn": WALK | {"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"},
        "${Table.Arn}/index/by_wake": {"dynamodb:Query"},
        "ChangesQueue.Arn": TAKE | {"sqs:SendMessage"},
        "BulkQueue.Arn": TAKE | {"sqs:SendMessage"},
        "SyncQueue.Arn": TAKE,
        "TransfersQueue.Arn": {"sqs:SendMessage"},
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
        "WalkDeadLetters.Arn": {"sqs:SendMessage"},
        "SyncDeadLetters.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:Decrypt"},
        "Bucket.Arn": {"s3:ListBucket"},
        "${Bucket.Arn}/*": KEEP,
    },
    "TransferFunction": OPEN_APP
    | {
        "Table.Arn": WALK | {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem"},
        "ChangesQueue.Arn": {"sqs:SendMessage"},
        "TransfersQueue.Arn": TAKE | {"sqs:SendMessage"},
        "TransferQueue.Arn": TAKE,
        "DeliveriesQueue.Arn": {"sqs:SendMessage"},
        "TransfersDeadLetters.Arn": {"sqs:SendMessage"},
        "TransferDeadLetters.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:Decrypt"},
        "Bucket.Arn": {"s3:ListBucket"},
        "${Bucket.Arn}/*": KEEP | {"s3:ListMultipartUploadParts"},
    },
    # It works on a message for as long as it stays hidden, and never changes that.
    "EventSenderFunction": {
        "Table.Arn": {f"dynamodb:{action}" for action in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")},
        "DeliveriesQueue.Arn": TAKE - {"sqs:ChangeMessageVisibility"} | {"sqs:SendMessage"},
        "DeliveryDeadLetters.Arn": {"sqs:SendMessage"},
        "RunsQueue.Arn": {"sqs:SendMessage"},
        "Bus.Arn": {"events:PutEvents"},
        "Key.Arn": {"kms:Decrypt"},
        # No role of this account but those that were made for it.
        "arn:${AWS::Partition}:iam::*:role/dropline/*": {"sts:AssumeRole"},
    },
    # A message whose work failed comes again soon.
    "WorkflowRunnerFunction": OPEN_APP
    | {
        "Table.Arn": WALK | {"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"},
        "RunsQueue.Arn": TAKE | {"sqs:SendMessage"},
        "RunDeadLetters.Arn": {"sqs:SendMessage"},
        "Key.Arn": {"kms:Decrypt"},
        "${Bucket.Arn}/*": {"s3:GetObject"},
    },
}

# What the partition keys begin with of the rows that each role may write. `app#` and `project#` are an operator's, but for a
# project's settings and its first data key; `apikey#` is one function's that does nothing else.
WORKER_ROWS = ["account#*", "bytes#*", "connection#*", "item#*", "log#*", "path#*", "transfer#*", "user#*", "work#*"]
MAY_WRITE = {
    "OauthCallbackRole": ["account#*", "connection#*", "link#*", "ordinal#*", "page#*", "popup#*", "state#*", "ticket#*", "user#*", "work#*"],
    "PagesRole": ["account#*", "connection#*", "enabled#*", "enabled-by#*", "link#*", "page#*", "ticket#*", "user#*", "work#*"],
    "ApiProxyRole": ["connection#*", "poll#*"],
    "FilesApiRole": ["account#*", "connection#*", "item#*", "transfer#*", "user#*", "work#*"],
    "ProjectApiRole": ["account#*", "apikey#*", "apikey-list#*", "connection#*", "defaults#*", "logo#*", "user#*", "work#*"],
    "CarbonApiRole": ["account#*", "connection#*", "defaults#*", "endpoints#*", "item#*", "link#*", "ordinal#*", "ticket#*", "transfer#*", "user#*", "work#*"],
    "EndpointsApiRole": ["endpoints#*"],
    "ParagonApiRole": ["account#*", "connection#*", "enabled#*", "enabled-by#*", "endpoints#*", "ordinal#*", "run#*", "run-list#*", "runs#*", "user#*", "work#*"],
    "WorkflowsApiRole": ["enabled#*", "enabled-by#*", "endpoints#*", "run#*", "run-list#*", "runs#*", "workflow#*", "workflows#*"],
    "WebhookReceiverRole": ["work#*"],
    "SyncRole": WORKER_ROWS,
    "TransferRole": WORKER_ROWS,
    "WorkflowRunnerRole": ["connection#*", "enabled#*", "enabled-by#*", "run#*", "run-list#*", "runs#*", "steps#*", "user#*", "workflow#*"],
}
# Of some rows a role may write in one way only. Whoever announces events records those that are in no log, and that a
# delivery of them is owed.
ANNOUNCES = {"dynamodb:PutItem": ["notices#*"], "dynamodb:UpdateItem": ["delivery#*"]}
MAY_WRITE_IN_ONE_WAY = {
    "OauthCallbackRole": ANNOUNCES,
    "ProjectApiRole": ANNOUNCES,
    "CarbonApiRole": ANNOUNCES | {"dynamodb:BatchWriteItem": ["delivery#*"]},
    "ParagonApiRole": ANNOUNCES | {"dynamodb:BatchWriteItem": ["delivery#*"]},
    "EndpointsApiRole": {"dynamodb:UpdateItem": ["delivery#*"], "dynamodb:BatchWriteItem": ["delivery#*"]},
    "WorkflowsApiRole": {"dynamodb:BatchWriteItem": ["delivery#*", "enabled#*", "enabled-by#*", "run#*"]},
    "SyncRole": ANNOUNCES | {"dynamodb:UpdateItem": ["delivery#*", "runs#*", "workflow#*"]},
    "TransferRole": ANNOUNCES | {"dynamodb:BatchWriteItem": ["attempts#*", "delivery#*", "endpoints#*", "notices#*", "run#*"], "dynamodb:DeleteItem": ["run-list#*", "runs#*"]},
    "EventSenderRole": {"dynamodb:PutItem": ["attempts#*", "notices#*", "ordinal#*", "run#*", "run-list#*", "runs#*"], "dynamodb:UpdateItem": ["delivery#*", "endpoints#*", "ordinal#*"]},
}
# What may be written in a project's partition: the attributes that are a project's settings, by one function;
SETTINGS = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["project#*"]},
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "name", "return_origins", "settings"]},
}
# and rows with the attributes of a data key, which may be put.
FIRST_DATA_KEY = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["project#*"]},
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "version", "wrapped"]},
}

# Every '*' that a function's role may hold, with its reason.
WILDCARDS = {
    "*": "X-Ray's actions know no resources",
    "${Bucket.Arn}/*": "the objects of one bucket",
    "arn:${AWS::Partition}:iam::*:role/dropline/*": "roles that applications have made for their queues and buses",
}
# What a role or a variable says of the table, which may be another than the stack's own.
RESTORED = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}"
TABLE_NAME = {"Fn::If": ["UsesRestoredTable", {"Ref": "RestoredTable"}, {"Ref": "Table"}]}
APP_PARAMETER_ARN = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${AppParameter}"


def as_list(value):
    return value if isinstance(value, list) else [value]


def named(resource):
    """A resource of a policy as one text; of the table, the stack's own, where a restored one is allowed as well."""
    if isinstance(resource, dict):
        (resource,) = resource.values()
    if isinstance(resource, list):
        condition, restored, own = resource
        assert condition == "UsesRestoredTable", resource
        (restored,), (own,) = restored.values(), own.values()
        assert restored == RESTORED + own.removeprefix("${Table.Arn}").removeprefix("Table.Arn"), resource
        return own
    return "parameter AppParameter" if resource == APP_PARAMETER_ARN else resource


def allowed(role):
    """What a role's policies allow: resource -> actions."""
    may = {}
    for policy in properties(role)["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow", statement
            for resource in as_list(statement["Resource"]):
                may.setdefault(named(resource), set()).update(as_list(statement["Action"]))
    return may


ANY_METHOD = "x-amazon-apigateway-any-method"


def is_refusal(operation):
    """Whether the gateway itself answers, to methods that the path does not have."""
    return operation["x-amazon-apigateway-integration"]["type"] == "mock"


def operations():
    """(method, path, operation) of every route to a function; the method is '*' for any."""
    for path, methods in ROUTES["paths"].items():
        for method, operation in methods.items():
            if not is_refusal(operation):
                yield "*" if method == ANY_METHOD else method.upper(), path, operation


def function_of(operation):
    integration = operation["x-amazon-apigateway-integration"]
    return re.search(r"\$\{(\w+)\.Arn\}", integration["uri"]["Fn::Sub"]).group(1)


class Routes(unittest.TestCase):
    def test_every_route_leads_to_a_function_that_the_gateway_may_invoke(self):
        for method, path, operation in operations():
            with self.subTest(route=f"{method} {path}"):
                function = function_of(operation)
                self.assertIn(function, FUNCTIONS)
                integration = operation["x-amazon-apigateway-integration"]
                self.assertEqual((integration["type"], integration["httpMethod"]), ("aws_proxy", "POST"))
                request = f"{'GET' if method == '*' else method}{path}"
                permissions = [
                    permission["Properties"]["SourceArn"]["Fn::Sub"].split("${Api}/*/")[1]
                    for permission in of_type("AWS::Lambda::Permission").values()
                    if permission["Properties"]["FunctionName"] == {"Ref": function}
                ]
                self.assertTrue(any(fnmatch.fnmatchcase(request, each) for each in permissions), permissions)

    def test_what_is_deployed_are_the_routes_with_all_that_answers_them(self):
        (include,) = properties("Api")["DefinitionBody"].values()
        self.assertEqual(include["Parameters"], {"Location": "gateway.yaml"})
        self.assertEqual(list(DEPLOYED["paths"]), list(ROUTES["paths"]))
        for path, methods in ROUTES["paths"].items():
            self.assertEqual(list(DEPLOYED["paths"][path]), list(methods), path)
            for method, operation in methods.items():
                deployed = DEPLOYED["paths"][path][method]
                for name in ("operationId", "x-amazon-apigateway-integration"):
                    self.assertEqual(deployed.get(name), operation.get(name), path)
                if is_refusal(operation):
                    headers = {name: {"schema": header["schema"]} for name, header in operation["responses"]["405"]["headers"].items()}
                    self.assertEqual(deployed["responses"]["405"]["headers"], headers)
        answering = [name for name in ROUTES if name.startswith("x-amazon-apigateway-")]
        self.assertEqual(len(answering), 2)
        for name in answering:
            self.assertEqual(DEPLOYED[name], ROUTES[name])

    def test_functions_without_a_route_have_a_queue(self):
        routed = {function_of(operation) for _, _, operation in operations()}
        mapped = {m["Properties"]["FunctionName"]["Ref"] for m in of_type("AWS::Lambda::EventSourceMapping").values()}
        self.assertEqual(routed | mapped, set(FUNCTIONS))
        self.assertFalse(routed & mapped)

    def test_every_path_refuses_the_methods_that_it_does_not_have(self):
        for path, methods in ROUTES["paths"].items():
            with self.subTest(path=path):
                operation = methods[ANY_METHOD]
                if not is_refusal(operation):
                    continue
                integration = operation["x-amazon-apigateway-integration"]
                answer = integration["responses"]["default"]
                headers = {
                    name.removeprefix("method.response.header."): value.strip("'")
                    for name, value in answer["responseParameters"].items()
                }
                self.assertEqual(set(headers), set(operation["responses"]["405"]["headers"]))
                self.assertEqual(set(headers["Allow"].split(", ")), {m.upper() for m in methods if m != ANY_METHOD})
                for header, value in {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}.items():
                    self.assertEqual(headers[header], value)
                self.assertEqual(answer["statusCode"], "405")
                body = json.loads(answer["responseTemplates"]["application/json"])
                self.assertEqual(body, operation["responses"]["405"]["content"]["application/json"]["example"])
                # Else a body of another type passes unchanged, and the gateway fails. Every type counts as binary.
                self.assertEqual(integration["passthroughBehavior"], "never")
                self.assertEqual({integration["contentHandling"], answer["contentHandling"]}, {"CONVERT_TO_TEXT"})
                self.assertEqual({json.loads(each)["statusCode"] for each in integration["requestTemplates"].values()}, {405})
        unusual = ROUTES["x-amazon-apigateway-gateway-responses"]["UNSUPPORTED_MEDIA_TYPE"]
        self.assertEqual(unusual["statusCode"], "405")

    def test_streaming_is_whole(self):
        for method, path, operation in operations():
            integration = operation["x-amazon-apigateway-integration"]
            streams = integration.get("responseTransferMode") == "STREAM"
            uri = integration["uri"]["Fn::Sub"]
            with self.subTest(route=f"{method} {path}"):
                self.assertEqual(streams, function_of(operation) == "ApiProxyFunction")
                self.assertEqual(streams, uri.endswith("/response-streaming-invocations"))
                self.assertEqual(streams, ":lambda:path/2021-11-15/functions/" in uri)
                # Milliseconds. 29 s is API Gateway's, where nothing streams.
                limit = integration.get("timeoutInMillis", 29_000) / 1000
                self.assertLessEqual(properties(function_of(operation))["Timeout"], limit)

    def test_every_operation_is_documented(self):
        ids = []
        for method, path, operation in operations():
            with self.subTest(route=f"{method} {path}"):
                ids.append(operation["operationId"])
                self.assertTrue(operation["summary"])
                # An address that leads to no page is answered with one that says so.
                leads_nowhere = operation["operationId"].startswith("showUnknownPage")
                self.assertEqual(any(status < "400" for status in operation["responses"]), not leads_nowhere)
                declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                self.assertEqual(declared, set(re.findall(r"\{(\w+)\+?\}", path)))
                for status, response in operation["responses"].items():
                    # Any status of a workflow's own answer.
                    if status < "400" or status == "default":
                        continue
                    answer = response["content"]["application/json"]
                    schema, members = "Error", {"code", "message"}
                    if function_of(operation) == "CarbonApiFunction":
                        schema, members = ("CarbonFields", {"detail"}) if status == "422" else ("CarbonError", {"code", "detail"})
                    own, dropbox = ({"$ref": f"#/components/schemas/{each}"} for each in (schema, "DropboxError"))
                    calls = function_of(operation) == "ApiProxyFunction"
                    self.assertIn(answer["schema"], [own, *([{"anyOf": [own, dropbox]}] if calls else [])], status)
                    self.assertEqual(set(answer["example"]), members, status)
        self.assertEqual(len(ids), len(set(ids)))

    def test_references_lead_somewhere(self):
        for reference in re.findall(r"\$ref: '#/components/schemas/(\w+)'", ROUTES_TEXT):
            self.assertIn(reference, ROUTES["components"]["schemas"])

    def test_the_file_is_plain_enough_for_every_reader(self):
        for event in yaml.parse(ROUTES_TEXT):
            self.assertNotIsInstance(event, yaml.AliasEvent)
            self.assertIsNone(getattr(event, "anchor", None))
            self.assertNotEqual(getattr(event, "value", None), "<<")
            tag = getattr(event, "tag", None)
            self.assertIsNone(tag, "an included file cannot use the short form of intrinsics")

    def test_the_gateways_own_answers_have_our_form_and_dropboxs(self):
        """T30: Dropbox's SDKs raise for them what they raise for Dropbox's errors, and wait as long."""
        answers = ROUTES["x-amazon-apigateway-gateway-responses"]
        for kind, answer in answers.items():
            with self.subTest(kind=kind):
                text = answer["responseTemplates"]["application/json"]
                told = json.loads(text)
                self.assertEqual(set(told), {"code", "message", "error_summary", "error"})
                if answer.get("statusCode") == "429":
                    wait = answer["responseParameters"]["gatewayresponse.header.Retry-After"]
                    self.assertEqual(wait, f"'{told['error']['retry_after']}'")
                    self.assertEqual(told["error"]["reason"], {".tag": "too_many_requests"})
                    self.assertEqual(told["error_summary"], "too_many_requests/")
                else:
                    self.assertEqual(told["error"], {".tag": told["code"]})
                    self.assertEqual(told["error_summary"], told["code"] + "/")
                # A variable could hold what the caller sent.
                self.assertNotIn("$", text)
        self.assertIn("upload session", answers["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"])
        self.assertIn("4 MiB", answers["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"])
        self.assertIn("upload link", answers["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"])
        self.assertEqual(answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"], "404")
        self.assertLessEqual({"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"}, set(answers))

    def test_browsers_may_call_what_a_user_may_and_nothing_else(self):
        for path, methods in ROUTES["paths"].items():
            if path in ("/ui", "/integrations/dropbox.svg"):
                continue
            with self.subTest(path=path):
                methods = {method: operation for method, operation in methods.items() if not is_refusal(operation)}
                functions = {function_of(operation) for operation in methods.values()}
                open_to_pages = not functions.isdisjoint({"ApiProxyFunction", "FilesApiFunction", "CarbonApiFunction", "ParagonApiFunction"})
                # One of the others has routes for users' pages beside those for browsers.
                open_to_pages |= any({"userToken": []} in operation.get("security", []) for operation in methods.values())
                answers = not set(methods).isdisjoint({"options", ANY_METHOD})
                self.assertEqual(answers, open_to_pages)
        for kind, answer in ROUTES["x-amazon-apigateway-gateway-responses"].items():
            origin = answer["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"]
            self.assertEqual(origin, "'*'", kind)

    def test_the_apis_name_is_the_one_that_its_metrics_have(self):
        """T56: an imported definition's title can take the place of the name."""
        self.assertEqual(DEPLOYED["info"]["title"], properties("Api")["Name"])

    def test_each_way_for_notifications_has_a_share_of_its_own(self):
        """T56: the deployment's app, and projects' own apps."""
        shares = {
            setting["ResourcePath"].replace("~1", "/").removeprefix("/")
            for setting in properties("Api")["MethodSettings"]
            if setting["HttpMethod"] == "POST" and setting["ThrottlingRateLimit"] == {"Ref": "WebhooksPerSecond"}
        }
        self.assertEqual(shares, {path for method, path, _ in operations() if method == "POST" and re.fullmatch("/webhook(/.*)?", path)})

    def test_bytes_pass_unchanged(self):
        self.assertEqual(ROUTES["x-amazon-apigateway-binary-media-types"], ["*/*"])

    def test_the_access_log_names_no_address(self):
        written = properties("Api")["AccessLogSetting"]["Format"]
        self.assertLessEqual({"trace", "route", "status", "source"}, set(json.loads(written)))
        for secret in ("$context.path", "$context.error.message", "querystring", "header", "$context.requestOverride"):
            self.assertNotIn(secret, written)
        for setting in properties("Api")["MethodSettings"]:
            self.assertFalse(setting["DataTraceEnabled"])
            self.assertEqual(setting["LoggingLevel"], "OFF")


class Functions(unittest.TestCase):
    def test_each_has_its_binary_and_its_environment(self):
        self.assertEqual(set(FUNCTIONS), set(EXPECTED))
        for name, (binary, environment) in EXPECTED.items():
            with self.subTest(function=name):
                metadata = {key: value for key, value in RESOURCES[name]["Metadata"].items() if key != "cfn-lint"}
                self.assertEqual(metadata, {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": binary}})
                self.assertTrue((HERE.parent / "functions" / binary / "Cargo.toml").is_file())
                self.assertEqual(set(properties(name)["Environment"]["Variables"]), environment)

    def test_every_function_but_the_event_sender_is_traced(self):
        active = TEMPLATE["Globals"]["Function"]["Tracing"]
        modes = {name: properties(name).get("Tracing", active) for name in FUNCTIONS}
        self.assertEqual({name for name, mode in modes.items() if mode != "Active"}, {"EventSenderFunction"})

    def test_metrics_by_project_are_a_parameter_of_every_function(self):
        """T55."""
        common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
        self.assertEqual(common, {"METRICS_BY_PROJECT": {"Ref": "MetricsByProject"}})
        config = (HERE.parent / "shared/src/config.rs").read_text()
        for allowed in TEMPLATE["Parameters"]["MetricsByProject"]["AllowedValues"]:
            self.assertIn(f'Some("{allowed}")', config)

    def test_secrets_are_named_and_never_given(self):
        self.assertNotIn("{{resolve:", TEXT)
        for name in FUNCTIONS:
            variables = properties(name)["Environment"]["Variables"]
            self.assertIn(variables.get("APP_PARAMETER"), (None, {"Ref": "AppParameter"}), name)
            self.assertEqual(variables["TABLE_NAME"], TABLE_NAME, name)

    def test_each_may_read_whether_its_table_is_in_use(self):
        """T50: the row that `dropline table supersede` writes, which each function reads at its start."""
        keys = (HERE.parent / "shared/src/store/dynamo/keys/mod.rs").read_text()
        self.assertIn('Key::new("table".to_owned(), "superseded")', keys)
        for name in FUNCTIONS:
            role = properties(properties(name)["Role"]["Fn::GetAtt"].removesuffix(".Arn"))
            statements = [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]
            reads = [s for s in statements if "dynamodb:GetItem" in as_list(s["Action"])]
            conditions = [s.get("Condition", {}) for s in reads]
            leading = [next(iter(c.values()))["dynamodb:LeadingKeys"] for c in conditions if c]
            self.assertTrue({} in conditions or any("table" in keys for keys in leading), name)

    def test_each_has_a_role_and_a_log_of_its_own(self):
        roles = [properties(name)["Role"]["Fn::GetAtt"] for name in FUNCTIONS]
        logs = [properties(name)["LoggingConfig"]["LogGroup"]["Ref"] for name in FUNCTIONS]
        self.assertEqual(len(roles), len(set(roles)))
        self.assertEqual(len(logs), len(set(logs)))
        for log in of_type("AWS::Logs::LogGroup").values():
            self.assertIn("RetentionInDays", log["Properties"])

    def test_each_role_allows_what_its_function_does_and_no_more(self):
        for name, expected in MAY.items():
            with self.subTest(function=name):
                role = properties(name)["Role"]["Fn::GetAtt"].removesuffix(".Arn")
                log = properties(name)["LoggingConfig"]["LogGroup"]["Ref"]
                common = {
                    f"{log}.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
                    "*": {"xray:PutTraceSegments", "xray:PutTelemetryRecords"},
                }
                self.assertEqual(allowed(role), expected | common)
                self.assertNotIn("ManagedPolicyArns", properties(role))
                trust = properties(role)["AssumeRolePolicyDocument"]["Statement"]
                self.assertEqual([s["Principal"] for s in trust], [{"Service": "lambda.amazonaws.com"}])

    def test_the_receiver_reads_no_tokens(self):
        [policy] = properties("WebhookReceiverRole")["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        [store] = [s for s in statements if "dynamodb:Query" in as_list(s["Action"])]
        keys = {"dynamodb:LeadingKeys": ["account#*", "app#*", "project#*", "table"]}
        self.assertEqual(store["Condition"], {"ForAllValues:StringLike": keys})
        [claims] = [s for s in statements if "dynamodb:UpdateItem" in as_list(s["Action"])]
        self.assertEqual(claims["Condition"], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["work#*"]}})

    def test_each_role_writes_its_own_rows_and_none_of_the_operators(self):
        writing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
        seen, in_one_way, puts_data_keys, changes_settings = {}, {}, [], []
        for name in {properties(function)["Role"]["Fn::GetAtt"].removesuffix(".Arn") for function in MAY}:
            for policy in properties(name)["Policies"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    if writing.isdisjoint(as_list(statement["Action"])):
                        continue
                    condition = statement["Condition"]
                    if condition == FIRST_DATA_KEY:
                        self.assertEqual(statement["Action"], "dynamodb:PutItem")
                        puts_data_keys.append(name)
                        continue
                    if condition == SETTINGS:
                        self.assertEqual(statement["Action"], "dynamodb:UpdateItem")
                        changes_settings.append(name)
                        continue
                    self.assertEqual(list(condition), ["ForAllValues:StringLike"], name)
                    action, keys = statement["Action"], condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                    if isinstance(action, str):
                        self.assertNotIn(action, in_one_way.setdefault(name, {}), name)
                        in_one_way[name][action] = keys
                        continue
                    self.assertNotIn(name, seen, "one statement says what a role writes")
                    seen[name] = keys
        self.assertEqual(seen, MAY_WRITE)
        self.assertEqual(in_one_way, MAY_WRITE_IN_ONE_WAY)
        self.assertEqual(sorted(puts_data_keys), ["CarbonApiRole", "EndpointsApiRole", "OauthCallbackRole", "ParagonApiRole"])
        self.assertEqual(changes_settings, ["ProjectApiRole"])

    def test_the_sender_reads_streams_and_endpoints_and_no_items_or_keys_of_the_api(self):
        [policy] = properties("EventSenderRole")["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        [reads] = [s for s in statements if "dynamodb:Query" in as_list(s["Action"])]
        keys = ["connection#*", "delivery#*", "enabled#*", "endpoints#*", "log#*", "notices#*", "ordinal#*", "project#*", "run#*", "runs#*", "table", "user#*", "workflows#*"]
        self.assertEqual(reads["Condition"], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}})
        [checks] = [s for s in statements if "dynamodb:ConditionCheckItem" in as_list(s["Action"])]
        self.assertEqual(checks["Condition"], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["connection#*", "endpoints#*", "user#*"]}})

    def test_the_runner_reads_workflows_and_connections_and_no_items_or_keys_of_the_api(self):
        [policy] = properties("WorkflowRunnerRole")["Policies"]
        [reads] = [s for s in policy["PolicyDocument"]["Statement"] if "dynamodb:Query" in as_list(s["Action"])]
        keys = ["app#*", "connection#*", "enabled#*", "enabled-by#*", "project#*", "run#*", "run-list#*", "runs#*", "table", "user#*", "workflow#*", "workflows#*"]
        self.assertEqual(reads["Condition"], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}})

    def test_a_data_key_has_the_attributes_that_may_be_put_and_no_others(self):
        rows = (HERE.parent / "shared/src/store/dynamo/projects.rs").read_text()
        row = re.search(r"struct DataKeyRow \{\n(.*?)\n\}", rows, re.S).group(1)
        own = re.findall(r"^    (\w+):", row, re.M)
        self.assertEqual(["pk", "sk", *own], FIRST_DATA_KEY["ForAllValues:StringEquals"]["dynamodb:Attributes"])

    def test_a_domain_of_ones_own_is_the_only_door(self):
        self.assertEqual(properties("Api")["DisableExecuteApiEndpoint"], {"Fn::If": ["MakesDomain", True, False]})
        self.assertEqual(properties("ApiDomain")["SecurityPolicy"], "TLS_1_2")

    def test_no_wildcard_but_the_listed_ones(self):
        for name in of_type("AWS::IAM::Role"):
            if "Policies" not in properties(name):
                continue
            for resource, actions in allowed(name).items():
                self.assertTrue("*" not in resource or resource in WILDCARDS, f"{name}: {resource}")
                self.assertFalse([action for action in actions if "*" in action], name)

    def test_memory_is_enough_for_a_quick_first_connection(self):
        for name in FUNCTIONS:
            self.assertGreaterEqual(properties(name)["MemorySize"], 256, name)

    def test_timeouts(self):
        self.assertLess(properties("OauthCallbackFunction")["Timeout"], 29)
        self.assertLess(properties("PagesFunction")["Timeout"], 29)
        self.assertLess(properties("FilesApiFunction")["Timeout"], 29)
        self.assertLess(properties("CarbonApiFunction")["Timeout"], 29)
        self.assertLess(properties("ParagonApiFunction")["Timeout"], 29)
        self.assertLess(properties("ProjectApiFunction")["Timeout"], 29)
        self.assertLess(properties("EndpointsApiFunction")["Timeout"], 29)
        self.assertLess(properties("WorkflowsApiFunction")["Timeout"], 29)
        self.assertLessEqual(properties("WebhookReceiverFunction")["Timeout"], 10)
        self.assertEqual(properties("SyncFunction")["Timeout"], 120)
        self.assertEqual(properties("TransferFunction")["Timeout"], 900)
        self.assertEqual(properties("EventSenderFunction")["Timeout"], 120)
        self.assertEqual(properties("WorkflowRunnerFunction")["Timeout"], 180)
        # A step's slot is free, and its message there again, only after the function that does it has ended.
        runner = (HERE.parent / "functions/workflow-runner/src/runner.rs").read_text()
        time = int(re.search(r"STEP_TIME: Duration = Duration::from_secs\((\d+)\)", runner).group(1))
        self.assertGreater(time, properties("WorkflowRunnerFunction")["Timeout"])
        # Another sender takes a delivery over only after the function that worked on it has ended.
        budget = (HERE.parent / "functions/event-sender/src/sender.rs").read_text()
        lease = int(re.search(r"lease: Duration::from_secs\((\d+)\)", budget).group(1))
        self.assertGreater(lease, properties("EventSenderFunction")["Timeout"])

    def test_nothing_is_left_to_sam_that_the_linters_cannot_see(self):
        for name in FUNCTIONS:
            self.assertFalse({"Events", "Policies", "Connectors"} & set(properties(name)), name)


class Queues(unittest.TestCase):
    def test_a_message_stays_hidden_as_long_as_its_function_may_run(self):
        for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
            given = mapping["Properties"]
            queue = properties(given["EventSourceArn"]["Fn::GetAtt"].removesuffix(".Arn"))
            timeout = properties(given["FunctionName"]["Ref"])["Timeout"]
            # What Lambda asks for: a throttled function begins long after the delivery.
            self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * timeout)
            self.assertEqual(given["FunctionResponseTypes"], ["ReportBatchItemFailures"])
            self.assertIn("MaximumConcurrency", given["ScalingConfig"])

    def test_lanes_do_not_wait_for_one_another_and_are_fair(self):
        """T43: a queue and a concurrency for each lane; standard, since only these are fair between message groups."""
        lanes = {"ChangesMapping": "SyncConcurrency", "BulkMapping": "BulkConcurrency", "TransfersMapping": "TransferConcurrency"}
        queues = set()
        for name, parameter in lanes.items():
            mapping = properties(name)
            queue = mapping["EventSourceArn"]["Fn::GetAtt"].removesuffix(".Arn")
            self.assertNotIn("FifoQueue", properties(queue), name)
            self.assertEqual(mapping["BatchSize"], 1, name)
            self.assertEqual(mapping["ScalingConfig"]["MaximumConcurrency"], {"Ref": parameter})
            queues.add(queue)
        self.assertEqual(len(queues), 3)
        for name in ("WebhookReceiverFunction", "SyncFunction", "PagesFunction", "FilesApiFunction", "CarbonApiFunction", "ParagonApiFunction", "ProjectApiFunction"):
            variables = properties(name)["Environment"]["Variables"]
            self.assertEqual(variables["CHANGES_QUEUE_URL"], {"Ref": "ChangesQueue"}, name)
        self.assertEqual(properties("OauthCallbackFunction")["Environment"]["Variables"]["BULK_QUEUE_URL"], {"Ref": "BulkQueue"})

    def test_deliveries_are_taken_in_batches_and_are_fair_between_endpoints(self):
        mapping = properties("DeliveriesMapping")
        self.assertEqual(mapping["EventSourceArn"], {"Fn::GetAtt": "DeliveriesQueue.Arn"})
        self.assertEqual(mapping["BatchSize"], 10)
        self.assertEqual(mapping["ScalingConfig"]["MaximumConcurrency"], {"Ref": "DeliveryConcurrency"})
        self.assertGreaterEqual(TEMPLATE["Parameters"]["DeliveryConcurrency"]["MinValue"], 2)
        self.assertNotIn("FifoQueue", properties("DeliveriesQueue"))
        for name, (_, environment) in EXPECTED.items():
            if "BUS_NAME" in environment:
                variables = properties(name)["Environment"]["Variables"]
                self.assertEqual(variables["DELIVERIES_QUEUE_URL"], {"Ref": "DeliveriesQueue"}, name)
        # The function gives a message up itself, with the reason, when the queue would.
        handler = (HERE.parent / "functions/event-sender/src/handler.rs").read_text()
        most = int(re.search(r"MOST_RECEIVES: u32 = (\d+);", handler).group(1))
        self.assertEqual(properties("DeliveriesQueue")["RedrivePolicy"]["maxReceiveCount"], most)

    def test_steps_are_taken_one_by_one_and_are_fair_between_projects(self):
        mapping = properties("RunsMapping")
        self.assertEqual(mapping["EventSourceArn"], {"Fn::GetAtt": "RunsQueue.Arn"})
        self.assertEqual(mapping["BatchSize"], 1)
        self.assertEqual(mapping["ScalingConfig"]["MaximumConcurrency"], {"Ref": "RunConcurrency"})
        self.assertGreaterEqual(TEMPLATE["Parameters"]["RunConcurrency"]["MinValue"], 2)
        default = (HERE.parent / "shared/src/model/project.rs").read_text()
        steps = int(re.search(r"fn concurrent_steps\(\) -> u8 \{\s*(\d+)", default).group(1))
        self.assertEqual(TEMPLATE["Parameters"]["RunConcurrency"]["Default"], 2 * steps, "a project leaves half to others")
        self.assertNotIn("FifoQueue", properties("RunsQueue"))
        for name, (_, environment) in EXPECTED.items():
            if "RUNS_QUEUE_URL" in environment:
                variables = properties(name)["Environment"]["Variables"]
                self.assertEqual(variables["RUNS_QUEUE_URL"], {"Ref": "RunsQueue"}, name)
        handler = (HERE.parent / "functions/workflow-runner/src/handler.rs").read_text()
        most = int(re.search(r"MOST_RECEIVES: u32 = (\d+);", handler).group(1))
        self.assertEqual(properties("RunsQueue")["RedrivePolicy"]["maxReceiveCount"], most)

    def test_what_an_older_version_has_left_in_its_queues_is_done(self):
        for mapping, queue in (("SyncMapping", "SyncQueue"), ("TransferMapping", "TransferQueue")):
            self.assertTrue(properties(queue)["FifoQueue"])
            self.assertEqual(properties(mapping)["EventSourceArn"], {"Fn::GetAtt": f"{queue}.Arn"})
            self.assertEqual(properties(mapping)["BatchSize"], 1)

    def test_functions_that_go_on_in_a_message_to_themselves_may(self):
        self.assertEqual(properties("SyncFunction")["RecursiveLoop"], "Allow")
        self.assertEqual(properties("TransferFunction")["RecursiveLoop"], "Allow")
        self.assertEqual(properties("EventSenderFunction")["RecursiveLoop"], "Allow")
        self.assertEqual(properties("WorkflowRunnerFunction")["RecursiveLoop"], "Allow")

    def test_every_queue_has_its_dead_letters(self):
        of_queues = {
            "SyncQueue": "SyncDeadLetters",
            "TransferQueue": "TransferDeadLetters",
            "ChangesQueue": "WalkDeadLetters",
            "BulkQueue": "WalkDeadLetters",
            "TransfersQueue": "TransfersDeadLetters",
            "DeliveriesQueue": "DeliveryDeadLetters",
            "RunsQueue": "RunDeadLetters",
        }
        for source, dead in of_queues.items():
            queue, letters = properties(source), properties(dead)
            self.assertEqual(queue["RedrivePolicy"]["deadLetterTargetArn"], {"Fn::GetAtt": f"{dead}.Arn"})
            self.assertGreaterEqual(queue["RedrivePolicy"]["maxReceiveCount"], 3)
            self.assertEqual(queue.get("FifoQueue"), letters.get("FifoQueue"))
            # A message keeps its age when it moves, so its new home must keep it longer.
            self.assertGreater(letters["MessageRetentionPeriod"], queue["MessageRetentionPeriod"])
            arns = [arn["Fn::Sub"] for arn in letters["RedriveAllowPolicy"]["sourceQueueArns"]]
            self.assertTrue(any(arn.endswith(":" + queue["QueueName"]["Fn::Sub"]) for arn in arns), arns)

    def test_every_queue_is_encrypted(self):
        for name in of_type("AWS::SQS::Queue"):
            self.assertTrue(properties(name)["SqsManagedSseEnabled"], name)

    def test_ticks_are_never_taken_for_doubles(self):
        target = properties("Schedule")["Target"]
        self.assertEqual(properties("Schedule")["ScheduleExpression"], "rate(1 minute)")
        self.assertEqual(target["Arn"], {"Fn::GetAtt": "SyncQueue.Arn"})
        self.assertTrue(properties("SyncQueue")["ContentBasedDeduplication"])
        self.assertEqual(json.loads(target["Input"]), {"type": "tick.v1", "at": "<aws.scheduler.scheduled-time>"})
        self.assertEqual(target["DeadLetterConfig"]["Arn"], {"Fn::GetAtt": "ScheduleDeadLetters.Arn"})
        self.assertNotIn("FifoQueue", properties("ScheduleDeadLetters"))
        self.assertEqual(set(allowed("ScheduleRole")), {"SyncQueue.Arn", "ScheduleDeadLetters.Arn"})


class Parameters(unittest.TestCase):
    """T50, T51: what a deployment chose is not lost, and nothing is deployed that was not built."""

    def test_no_default_brings_another_table_into_use(self):
        parameter = TEMPLATE["Parameters"]["RestoredTable"]
        self.assertNotIn("Default", parameter)
        self.assertIsNone(re.fullmatch(parameter["AllowedPattern"], ""))
        self.assertIsNotNone(re.fullmatch(parameter["AllowedPattern"], "own"))

    def test_deployments_take_what_was_built_and_the_deployers_parameters(self):
        text = (HERE / "samconfig.toml").read_text()
        for command in ("deploy", "package"):
            (part,) = re.findall(rf"^\[default\.{command}\.parameters\]\n((?:(?!\[).*\n)+)", text, re.M)
            self.assertIn('template_file = ".aws-sam/build/template.yaml"', part)
        self.assertIn('parameter_overrides = ["file://parameters.toml"]', text)
        self.assertIn("/parameters.toml", (HERE / ".gitignore").read_text().splitlines())

    def test_the_example_names_parameters_of_the_template_and_each_that_has_no_default(self):
        text = (HERE / "parameters.example.toml").read_text()
        given = set(re.findall(r'^(\w+) = "', text, re.M))
        self.assertLessEqual(given | set(re.findall(r'^# (\w+) = "', text, re.M)), set(TEMPLATE["Parameters"]))
        self.assertLessEqual({n for n, p in TEMPLATE["Parameters"].items() if "Default" not in p}, given)


class Data(unittest.TestCase):
    def test_it_outlives_the_stack(self):
        for name in ("Table", "Bucket", "BucketTlsOnly", "Key"):
            # T56: what a failed first deployment has just made is empty. A protected table cannot be removed in any case.
            expected = "Retain" if name == "Table" else "RetainExceptOnCreate"
            self.assertEqual(RESOURCES[name]["DeletionPolicy"], expected, name)
            self.assertEqual(RESOURCES[name]["UpdateReplacePolicy"], "Retain", name)

    def test_a_stacks_name_that_is_too_long_fails_before_anything_is_kept(self):
        """T56: the names with the stack's in them, by how long AWS lets each be."""
        limits = {
            "AWS::SQS::Queue": ("QueueName", 80),
            "AWS::Scheduler::Schedule": ("Name", 64),
            "AWS::Scheduler::ScheduleGroup": ("Name", 64),
            "AWS::Events::EventBus": ("Name", 256),
            "AWS::Logs::LogGroup": ("LogGroupName", 512),
            "AWS::KMS::Alias": ("AliasName", 256),
            "AWS::CloudWatch::Dashboard": ("DashboardName", 255),
        }
        room = {}
        for name, resource in RESOURCES.items():
            named, limit = limits.get(resource["Type"], (None, 0))
            (text,) = resource["Properties"].get(named, {"": ""}).values() if named else ("",)
            longest_region = "x" * len("ap-southeast-4")
            rest = text.replace("${AWS::StackName}", "").replace("AWS::StackName", "").replace("${AWS::Region}", longest_region)
            if rest != text:
                room[name] = limit - len(rest)
        self.assertEqual(min(room.values()), room["ScheduleGroup"], room)
        self.assertIn(f"{room['ScheduleGroup']} characters", (HERE / "README.md").read_text())
        self.assertNotIn("DependsOn", RESOURCES["ScheduleGroup"])
        for name, resource in RESOURCES.items():
            if resource.get("DeletionPolicy", "").startswith("Retain") and name not in ("ApiLogAccount", "ApiLogRole"):
                self.assertTrue(resource.get("DependsOn") == "ScheduleGroup" or name == "BucketTlsOnly", name)

    def test_the_table(self):
        table = properties("Table")
        self.assertEqual(table["BillingMode"], "PAY_PER_REQUEST")
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(table["SSESpecification"]["SSEEnabled"])
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertTrue(table["TimeToLiveSpecification"]["Enabled"])

    def test_the_table_is_the_one_that_the_code_knows(self):
        """The adapter's key design is the source; this reads its constants."""
        source = (HERE.parent / "shared/src/store/dynamo/keys/mod.rs").read_text()
        constants = dict(re.findall(r'const (\w+): [^=]+ = \(?"([^;]+)"\)?;', source))
        table = properties("Table")
        key = [element["AttributeName"] for element in table["KeySchema"]]
        self.assertEqual(key, [constants["PK"], constants["SK"]])
        self.assertEqual(table["TimeToLiveSpecification"]["AttributeName"], constants["EXPIRES"])
        indexes = [
            [index["IndexName"]] + [element["AttributeName"] for element in index["KeySchema"]]
            for index in table["GlobalSecondaryIndexes"]
        ]
        self.assertEqual(indexes, [constants[name].split('", "') for name in ("BY_WAKE", "BY_CREATION")])
        used = set(key) | {name for index in indexes for name in index[1:]}
        self.assertEqual({each["AttributeName"] for each in table["AttributeDefinitions"]}, used)
        for index in table["GlobalSecondaryIndexes"]:
            self.assertEqual(index["Projection"], {"ProjectionType": "KEYS_ONLY"})

    def test_the_table_is_warmed_only_where_that_is_asked_for(self):
        units = {"ReadUnitsPerSecond": {"Ref": "WarmReadUnits"}, "WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}}
        warm = properties("Table")["WarmThroughput"]
        self.assertEqual(warm, {"Fn::If": ["WarmsTable", units, {"Ref": "AWS::NoValue"}]})
        self.assertEqual(TEMPLATE["Parameters"]["WarmWriteUnits"]["Default"], 0)

    def test_the_bucket(self):
        bucket = properties("Bucket")
        self.assertTrue(all(bucket["PublicAccessBlockConfiguration"].values()))
        self.assertEqual(len(bucket["PublicAccessBlockConfiguration"]), 4)
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        self.assertEqual(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
        self.assertIn("AbortIncompleteMultipartUpload", bucket["LifecycleConfiguration"]["Rules"][0])
        (statement,) = properties("BucketTlsOnly")["PolicyDocument"]["Statement"]
        self.assertEqual((statement["Effect"], statement["Action"]), ("Deny", "s3:*"))
        self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}})

    def test_the_key_rotates(self):
        self.assertTrue(properties("Key")["EnableKeyRotation"])


ALARMS = of_type("AWS::CloudWatch::Alarm")
COMPOSITES = of_type("AWS::CloudWatch::CompositeAlarm")
BODY = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
PLACEHOLDER = re.compile(r"\$\{([\w.:]+)\}")


def value(given):
    """A dimension's value as the dashboard writes it, from Ref, GetAtt or text."""
    if isinstance(given, dict):
        (given,) = given.values()
        return "${%s}" % given
    return given


def metric_of(given):
    """(namespace, name, dimensions) of an alarm's metric."""
    dimensions = {dimension["Name"]: value(dimension["Value"]) for dimension in given["Dimensions"]}
    return given["Namespace"], given["MetricName"], dimensions


def metrics_of_alarm(name):
    given = properties(name)
    if "Metrics" not in given:
        return [metric_of(given)]
    return [metric_of(each["MetricStat"]["Metric"]) for each in given["Metrics"] if "MetricStat" in each]


def widgets(kind):
    return [widget["properties"] for widget in json.loads(BODY)["widgets"] if widget["type"] == kind]


def metrics_of_dashboard():
    """Every metric that the dashboard names; of a search, with any value of what it does not fix."""
    for widget in widgets("metric"):
        for first, *rest in widget["metrics"]:
            if isinstance(first, dict):
                # Arithmetic, of metrics that stand beside it.
                if not first["expression"].startswith("SEARCH("):
                    continue
                schema, terms = re.match(r"SEARCH\('\{([^}]+)\} ([^']+)'", first["expression"]).groups()
                namespace, *names = schema.split(",")
                terms = dict(re.findall(r'(\w+)="([^"]+)"', terms))
                yield namespace, terms.pop("MetricName"), {name: terms.get(name) for name in names}
                continue
            metric, *pairs = [each for each in rest if isinstance(each, str)]
            yield first, metric, dict(zip(pairs[::2], pairs[1::2], strict=True))


def named_metrics():
    yield from metrics_of_dashboard()
    for name in ALARMS:
        yield from metrics_of_alarm(name)


def table():
    """The metrics of the Rust table, with their units."""
    source = (HERE.parent / "shared/src/metrics/metric.rs").read_text()
    return dict(re.findall(r"^    (\w+): (Count|Bytes|Milliseconds),$", source, re.MULTILINE))


def sources(binary):
    """What a function's binary counts with: its own code, and the tokens' where it has any."""
    code = "".join(path.read_text() for path in sorted((HERE.parent / "functions" / binary / "src").rglob("*.rs")))
    if "tokens" in code:
        code += "".join(path.read_text() for path in sorted((HERE.parent / "shared/src/tokens").rglob("*.rs")))
    return code


class Watching(unittest.TestCase):
    def test_every_metric_of_ours_that_is_looked_at_is_in_the_table(self):
        source = (HERE.parent / "shared/src/metrics/emf.rs").read_text()
        self.assertIn('NAMESPACE: &str = "Dropline"', source)
        sets = [set(json.loads(each)) for each in re.findall(r'json!\((\["Stack", "\w+"\])\)', source)]
        self.assertEqual(len(sets), 2)
        looked_at = [metric for metric in named_metrics() if not metric[0].startswith("AWS/")]
        self.assertGreater(len(looked_at), 30)
        for namespace, metric, dimensions in looked_at:
            with self.subTest(metric=metric, dimensions=dimensions):
                self.assertEqual(namespace, "Dropline")
                self.assertIn(metric, table())
                self.assertIn(set(dimensions), sets)
                self.assertEqual(dimensions["Stack"], "${AWS::StackName}")

    def test_a_metric_is_looked_for_where_it_is_counted(self):
        for namespace, metric, dimensions in named_metrics():
            function = dimensions.get("Function")
            if namespace == "Dropline" and function:
                with self.subTest(metric=metric, function=function):
                    binary, _ = EXPECTED[function.strip("${}")]
                    self.assertIn(f"Metric::{metric}", sources(binary))

    def test_every_metric_of_ours_is_on_the_dashboard(self):
        shown = {metric for namespace, metric, _ in metrics_of_dashboard() if namespace == "Dropline"}
        self.assertEqual(shown, set(table()))

    def test_the_table_is_written_down_for_people(self):
        """README.md has a row for each metric, with its unit, and for each alarm that tells somebody."""
        text = (HERE / "README.md").read_text()
        rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))
        self.assertEqual(rows, table())
        told = [name for name in ALARMS | COMPOSITES if "AlarmActions" in properties(name)]
        self.assertEqual(set(re.findall(r"^\| `(\w+Alarm)` \|", text, re.MULTILINE)), set(told))

    def test_functions_say_which_stack_they_are_of(self):
        for name in FUNCTIONS:
            variables = properties(name)["Environment"]["Variables"]
            self.assertEqual(variables["STACK_NAME"], {"Ref": "AWS::StackName"}, name)

    def test_every_queue_and_every_function_has_its_alarms(self):
        watched = [metric for name in ALARMS for metric in metrics_of_alarm(name)]
        dead = [name for name in of_type("AWS::SQS::Queue") if name.endswith("DeadLetters")]
        self.assertEqual(len(dead), 7)
        for name in of_type("AWS::SQS::Queue"):
            metric = "ApproximateNumberOfMessagesVisible" if name in dead else "ApproximateAgeOfOldestMessage"
            self.assertIn(("AWS/SQS", metric, {"QueueName": "${%s.QueueName}" % name}), watched)
        for name in FUNCTIONS:
            for metric in ("Errors", "Throttles"):
                self.assertIn(("AWS/Lambda", metric, {"FunctionName": "${%s}" % name}), watched)
        stage = {"ApiName": "${AWS::StackName}", "Stage": properties("Api")["StageName"]}
        self.assertIn(("AWS/ApiGateway", "5XXError", stage), watched)
        self.assertEqual(properties("Api")["Name"], {"Ref": "AWS::StackName"})

    def test_an_alarm_says_what_it_means_and_tells_the_topic(self):
        topic = {"Fn::If": ["TellsOfAlarms", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
        parts = set(re.findall(r'ALARM\("\$\{(\w+)\}"\)', str([properties(name)["AlarmRule"] for name in COMPOSITES])))
        self.assertEqual(len(parts), 2)
        for name in ALARMS | COMPOSITES:
            with self.subTest(alarm=name):
                given = properties(name)
                self.assertGreaterEqual(given["AlarmDescription"].count("."), 2)
                self.assertLessEqual(len(given["AlarmDescription"]), 1024)
                expected = None if name in parts else topic
                self.assertEqual((given.get("AlarmActions"), given.get("OKActions")), (expected, expected))
                self.assertNotIn("AlarmName", given, "a name would be global")

    def test_missing_data_means_what_it_should(self):
        """Who is silent is healthy, but for the alarm on silence."""
        for name in ALARMS:
            with self.subTest(alarm=name):
                given = properties(name)
                silence = given["ComparisonOperator"].startswith("Less")
                self.assertEqual(given["TreatMissingData"], "breaching" if silence else "notBreaching")
                # CloudWatch evaluates a day at most where periods are shorter than an hour, else a week.
                periods = {given.get("Period")} | {e["MetricStat"]["Period"] for e in given.get("Metrics", []) if "MetricStat" in e}
                (period,) = periods - {None}
                self.assertLessEqual(period * given["EvaluationPeriods"], 86400)
                self.assertLessEqual(given.get("DatapointsToAlarm", 1), given["EvaluationPeriods"])

    def test_the_dashboard_can_be_read(self):
        body = json.loads(PLACEHOLDER.sub("x", BODY))
        taken = set()
        for widget in body["widgets"]:
            self.assertLessEqual(widget["x"] + widget["width"], 24)
            columns, lines = range(widget["x"], widget["x"] + widget["width"]), range(widget["y"], widget["y"] + widget["height"])
            places = {(x, y) for x in columns for y in lines}
            self.assertFalse(taken & places, f"{widget['properties']} lies on another")
            taken |= places
        for placeholder in PLACEHOLDER.findall(BODY):
            self.assertIn(placeholder.split(".")[0], set(RESOURCES) | {"AWS::StackName", "AWS::Region"})
        for widget in widgets("metric") + widgets("alarm"):
            self.assertTrue(widget["title"])
        (shown,) = widgets("alarm")
        told = {"${%s.Arn}" % name for name in ALARMS | COMPOSITES if "AlarmActions" in properties(name)}
        self.assertEqual(set(shown["alarms"]), told)

    def test_dashboards_of_two_stacks_and_of_two_regions_are_two(self):
        self.assertEqual(properties("Dashboard")["DashboardName"], {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"})


class Linters(unittest.TestCase):
    def test_a_misspelt_property_fails(self):
        """The linters miss some, so every place that matters is tried."""
        misspelt = {
            "      FunctionResponseTypes:": "      FunctionResponseTypos:",
            "        MaximumConcurrency:": "        MaximumConcurency:",
            "        DeadLetterConfig:": "        DeadLeterConfig:",
            "      VisibilityTimeout:": "      VisibilityTimout:",
            "      RecursiveLoop:": "      RecursiveLop:",
            "      DeletionProtectionEnabled:": "      DeletionProtectionEnable:",
            "      ReservedConcurrentExecutions:": "      ReservedConcurentExecutions:",
            "      AccessLogSetting:": "      AccessLogSettings:",
            "      TreatMissingData:": "      TreatMissingDate:",
        }
        text = TEXT
        for right, wrong in misspelt.items():
            self.assertIn(right, text)
            text = text.replace(right, wrong)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            linter = [pathlib.Path(sys.executable).with_name("cfn-lint"), "--format", "parseable", file.name]
            answer = subprocess.run(linter, capture_output=True, text=True, check=False)
        self.assertNotEqual(answer.returncode, 0)
        for wrong in misspelt.values():
            self.assertIn(wrong.strip(" :"), answer.stdout)


if __name__ == "__main__":
    unittest.main()
