using System.Text.Json.Nodes;
using Gatehouse.Protection.Http;

namespace Gatehouse.Api.OpenApi;

/// <summary>Leaves out of the description what is switched off (<see cref="RequiresServiceAttribute"/>), for it is not there.</summary>
internal static class ServedOperations
{
    private const string OwnTokens = "oauth2";
    private const string TokenEndpoint = "Token";

    /// <param name="text">The whole description.</param>
    /// <param name="functions">The functions; an operation has the name of its function. Only the fallback's is <c>Home</c>, which nothing switches off.</param>
    public static string Keep(string text, FunctionCatalog functions)
    {
        if (functions.All.Length == functions.Endpoints.Length)
        {
            return text;
        }

        var document = JsonNode.Parse(text)!.AsObject();
        var paths = document["paths"]!.AsObject();
        foreach (var (path, methods) in paths.ToArray())
        {
            RemoveSwitchedOff(methods!.AsObject(), functions);
            if (methods.AsObject().Count == 0)
            {
                paths.Remove(path);
            }
        }

        if (functions.IsSwitchedOff(TokenEndpoint))
        {
            // Without own tokens there is nowhere to get them, and it may be that nobody has said where this server is.
            document["components"]!["securitySchemes"]!.AsObject().Remove(OwnTokens);
            document["servers"] = new JsonArray(new JsonObject { ["url"] = "/" });
        }

        return document.ToJsonString();
    }

    private static void RemoveSwitchedOff(JsonObject methods, FunctionCatalog functions)
    {
        foreach (var (method, operation) in methods.ToArray())
        {
            if (operation is not JsonObject described || described["operationId"]?.GetValue<string>() is not { } id)
            {
                continue;
            }

            if (functions.IsSwitchedOff(id))
            {
                methods.Remove(method);
            }
            else if (functions.IsSwitchedOff(TokenEndpoint) && described["security"] is JsonArray security)
            {
                security.RemoveAll(static way => way!.AsObject().ContainsKey(OwnTokens));
            }
        }
    }
}
