"""What CloudFormation makes of the template: the routes put in, SAM's resources as CloudFormation's own.

    transformed.py template OUT    writes that template, as JSON, for the linters
    transformed.py policies OUT    writes every policy in it into a folder, a file each, with names in place of references
"""

import json
import pathlib
import sys

import yaml
from samtranslator.translator.transform import transform

HERE = pathlib.Path(__file__).parent
ACCOUNT, REGION = "123456789012", "us-east-1"


class CloudFormation(yaml.SafeLoader):
    """Reads `!Ref X` as {"Ref": "X"}, `!GetAtt X.Arn` as {"Fn::GetAtt": "X.Arn"}, and so on."""


def intrinsic(loader, name, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    value = kinds[type(node)](node, **({"deep": True} if isinstance(node, yaml.SequenceNode) else {}))
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


CloudFormation.add_multi_constructor("!", intrinsic)


class NoManagedPolicies:
    """The template's roles name none of AWS's own policies by their short names."""

    def load(self):
        return {}


def attributes(value):
    """`!GetAtt X.Arn` as the transform wants it: a list of two."""
    if isinstance(value, list):
        return [attributes(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("Fn::GetAtt"), str):
        return {"Fn::GetAtt": value["Fn::GetAtt"].split(".", 1)}
    return {key: attributes(each) for key, each in value.items()}


def transformed():
    template = attributes(yaml.load((HERE / "template.yaml").read_text(), CloudFormation))
    template["Resources"]["Api"]["Properties"]["DefinitionBody"] = yaml.safe_load((HERE / "gateway.yaml").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://bucket/{resource['Metadata']['BuildProperties']['Binary']}"
    defaults = {name: parameter.get("Default", "own") for name, parameter in template["Parameters"].items()}
    template = transform(template, defaults | {"AWS::Region": REGION}, NoManagedPolicies())
    # Dates stand in it as dates.
    return json.loads(json.dumps(template, default=str))


ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:{}:table/name",
    "AWS::Events::EventBus": "events:{}:event-bus/name",
    "AWS::KMS::Key": "kms:{}:key/12345678-1234-1234-1234-123456789012",
    "AWS::Logs::LogGroup": "logs:{}:log-group:/name:*",
    "AWS::S3::Bucket": "s3:::name",
    "AWS::SQS::Queue": "sqs:{}:name.fifo",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{}:schedule-group/name",
}


def arn(template, name):
    kind = template["Resources"][name]["Type"]
    return "arn:aws:" + ARNS[kind].format(f"{REGION}:{ACCOUNT}")


def plain(template, value):
    """A policy's value, with references replaced: the linter reads no intrinsic functions."""
    if isinstance(value, list):
        return [plain(template, each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        return plain(template, value["Fn::If"][2])
    if "Fn::GetAtt" in value:
        return arn(template, value["Fn::GetAtt"][0])
    if "Fn::Sub" in value:
        text = value["Fn::Sub"]
        for pseudo, said in (("Partition", "aws"), ("Region", REGION), ("AccountId", ACCOUNT), ("StackName", "name")):
            text = text.replace("${AWS::%s}" % pseudo, said)
        for name in template["Resources"]:
            if "${%s.Arn}" % name in text:
                text = text.replace("${%s.Arn}" % name, arn(template, name))
        return text.replace("${AppParameter}", "/name").replace("${RestoredTable}", "name")
    if "Ref" in value:
        return {"AWS::AccountId": ACCOUNT}.get(value["Ref"], "name")
    return {key: plain(template, each) for key, each in value.items()}


def policies(template):
    """Every role's policy: its name and its document. What a resource says itself is for cfn-lint."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                yield name, plain(template, policy["PolicyDocument"])


def main(what, out):
    template, out = transformed(), pathlib.Path(out)
    if what == "template":
        # Without indents: a template has a megabyte at most, and YAML of this size has less.
        out.write_text(json.dumps(template, ensure_ascii=False))
    else:
        for name, document in policies(template):
            (out / f"{name}.json").write_text(json.dumps(document, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
