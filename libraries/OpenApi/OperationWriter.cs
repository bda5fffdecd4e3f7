using System.Reflection;
using System.Text.Json.Nodes;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace Gatehouse.OpenApi;

/// <summary>One method of one path.</summary>
internal sealed record WrittenOperation(string Path, string Method, string Tag, JsonObject Content);

/// <summary>Writes the operations of one function.</summary>
internal sealed class OperationWriter
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    private readonly FunctionEndpoint _function;
    private readonly Comments _comments;
    private readonly SchemaWriter _schemas;
    private readonly SharedAnswers _answers;
    private readonly OperationAttribute _operation;
    private readonly AccessRule _rule;
    private readonly RequestAttribute? _body;
    private readonly RequestAttribute? _query;
    private readonly string[] _pathParameters;
    private readonly string _path;
    private readonly bool _readsProof;
    private readonly bool _requiresMatch;

    /// <summary>Whether the description has the security scheme <c>oauth2</c>. Without it the scopes stand beside the kinds of token.</summary>
    public bool NamesOAuth { get; init; } = true;

    /// <exception cref="InvalidOperationException">The function is not described.</exception>
    public OperationWriter(FunctionEndpoint function, Comments comments, SchemaWriter schemas, SharedAnswers answers)
    {
        (_function, _comments, _schemas, _answers) = (function, comments, schemas, answers);
        var method = function.Method;
        _operation = method.GetCustomAttribute<OperationAttribute>()
            ?? throw new InvalidOperationException($"The function {function.Name} is not described. Put [Operation(\"…\")] with its tag, and [Answer] for each of its answers, on {method.DeclaringType}.{method.Name}.");
        _rule = AccessRule.Of(function);
        var requests = method.GetCustomAttributes<RequestAttribute>().ToList();
        _body = requests.Find(static request => request is IBody);
        _query = requests.Find(static request => request is not IBody);
        var template = TemplateParser.Parse(function.Route);
        _pathParameters = function.IsCatchAll ? [] : [.. template.Parameters.Select(static parameter => parameter.Name!)];

        // Without constraints, such as that of {id:guid}, which OpenAPI does not know.
        _path = function.IsCatchAll ? "/" : $"/{string.Join('/', template.Segments.Select(static segment => string.Concat(segment.Parts.Select(static part => part.IsParameter ? $"{{{part.Name}}}" : part.Text))))}";
        _readsProof = !_rule.IsAnonymous || _operation.ReadsProof;
        _requiresMatch = method.IsDefined(typeof(RequiresMatchAttribute));
    }

    /// <summary>An operation for each method but HEAD, which every GET answers. The catch-all route is described at the root.</summary>
    public IEnumerable<WrittenOperation> Write() =>
        from method in _function.IsCatchAll ? ["GET"] : _function.Methods.Where(static method => method != "HEAD")
        select new WrittenOperation(_path, method.ToLowerInvariant(), _operation.Tag, WriteContent());

    private JsonObject WriteContent()
    {
        var content = new JsonObject
        {
            ["operationId"] = _operation.Id ?? _function.Name,
            ["tags"] = new JsonArray(_operation.Tag),
            ["summary"] = _comments.FindSummary(_function.Method) ?? throw new InvalidOperationException($"The function {_function.Name} has no summary. Give its method a comment."),
        };
        if (_comments.FindRemarks(_function.Method) is { } remarks)
        {
            content["description"] = remarks;
        }

        content["security"] = WriteSecurity();
        var parameters = WriteParameters().ToArray();
        if (parameters.Length > 0)
        {
            content["parameters"] = new JsonArray([.. parameters]);
        }

        if (_body is not null)
        {
            content["requestBody"] = WriteBody(_body.Document);
        }

        content["responses"] = new JsonObject(WriteAnswers().OrderBy(static answer => answer.Key).Select(static answer => KeyValuePair.Create($"{answer.Key}", (JsonNode?)answer.Value)));
        return content;
    }

    // An OAuth endpoint asks for client authentication, which is no access rule, or knows its caller by what it sends.
    private JsonArray WriteSecurity() => _rule.IsAnonymous
        ? _function.IsOAuth ? [new JsonObject { ["clientSecret"] = new JsonArray() }, new JsonObject()] : []
        : NamesOAuth
            ? [new JsonObject { ["oauth2"] = new JsonArray([.. _rule.Scopes]) }, new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["dpop"] = new JsonArray() }]
            : [new JsonObject { ["bearer"] = new JsonArray([.. _rule.Scopes]) }, new JsonObject { ["dpop"] = new JsonArray([.. _rule.Scopes]) }];

    private IEnumerable<JsonNode> WriteParameters()
    {
        foreach (var name in _pathParameters)
        {
            var (text, example) = _comments.FindParameter(_function.Method, name);
            yield return new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["description"] = text ?? throw new InvalidOperationException($"The parameter {name} of {_function.Name} is not described. Give it a <param> comment."),
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
                ["example"] = example,
            };
        }

        foreach (var parameter in _query is null ? [] : _schemas.WriteParameters(_query.Document))
        {
            yield return parameter;
        }

        var shared = new (string Name, bool Has)[] { ("ifMatch", _requiresMatch), ("ifNoneMatch", Answers.Any(static answer => answer.Status == 304)), ("dpopProof", _readsProof) };
        foreach (var (name, _) in shared.Where(static parameter => parameter.Has))
        {
            yield return new JsonObject { ["$ref"] = $"#/components/parameters/{name}" };
        }
    }

    private JsonObject WriteBody(Type document)
    {
        var media = new JsonObject { ["schema"] = _schemas.Refer(document, _function.IsOAuth ? Use.Form : Use.Body) };
        _comments.AddExamples(media, _function.Method, status: null, document);
        var content = new JsonObject { [_function.IsOAuth ? Form : Json] = media };
        if (_body is IBody { TakesForms: true })
        {
            content[Form] = new JsonObject { ["schema"] = media["schema"]!.DeepClone() };
        }

        return new JsonObject { ["required"] = true, ["content"] = content };
    }

    private IEnumerable<AnswerAttribute> Answers => _function.Method.GetCustomAttributes<AnswerAttribute>();

    private Dictionary<int, JsonObject> WriteAnswers()
    {
        var answers = FindFailures().ToDictionary(static failure => failure.Status, failure => _answers.Refer(failure.Name, _function.IsLimited));
        foreach (var failure in _function.Method.GetCustomAttributes<FailureAttribute>())
        {
            answers[failure.Status] = _answers.Refer(failure.Answer, _function.IsLimited);
        }

        foreach (var answer in Answers)
        {
            answers[answer.Status] = Write(answer);
        }

        return answers;
    }

    /// <summary>The failures that follow from the access rule, the parameters and the body.</summary>
    private IEnumerable<(int Status, string Name)> FindFailures()
    {
        var shape = _function.IsOAuth ? "OAuth" : "";
        if (!_rule.IsAnonymous)
        {
            yield return (400, _body is null && _query is null ? "MalformedRequest" : "InvalidRequest");
            yield return (401, _rule.CanAskForStepUp ? "StepUpRequired" : "Unauthorized");
            if (!_rule.Scopes.IsEmpty || !_rule.Roles.IsEmpty)
            {
                yield return (403, "Forbidden");
            }

            if (_pathParameters.Length > 0)
            {
                yield return (404, "NotFound");
            }
        }
        else if (_function.IsOAuth)
        {
            yield return (401, "InvalidClient");
        }
        else if (_body is not null)
        {
            yield return (400, "InvalidBody");
        }

        if (_requiresMatch)
        {
            yield return (412, "PreconditionFailed");
            yield return (428, "PreconditionRequired");
        }

        if (_body is not null)
        {
            yield return (411, $"{shape}LengthRequired");
            yield return (413, $"{shape}BodyTooLarge");
            yield return (415, $"{shape}UnsupportedMediaType");
        }

        if (_function.IsLimited && _answers.HasLimits)
        {
            yield return (429, $"{shape}TooManyRequests");
        }

        yield return (500, $"{shape}InternalError");
        if (!_rule.IsAnonymous || _body is not null)
        {
            yield return (503, $"{shape}Unavailable");
        }
    }

    private JsonObject Write(AnswerAttribute answer)
    {
        var headers = answer.Headers.Select(static header => header.Split(": ")).Select(static pair => KeyValuePair.Create(pair[0], pair[^1]));
        var written = new JsonObject
        {
            ["description"] = answer.Description,
            ["headers"] = _answers.WriteHeaders(_readsProof ? headers.Prepend(new("DPoP-Nonce", "DPoPNonce")) : headers, _function.IsLimited),
        };
        if (answer.Document is { } document)
        {
            var media = new JsonObject { ["schema"] = _schemas.Refer(document, Use.Answer) };
            _comments.AddExamples(media, _function.Method, answer.Status, document);
            written["content"] = new JsonObject { [answer.MediaType!] = media };
        }
        else if (answer.MediaType is { } text)
        {
            written["content"] = new JsonObject { [text] = new JsonObject { ["schema"] = new JsonObject { ["type"] = text == Json ? "object" : "string" } } };
        }

        return written;
    }
}
