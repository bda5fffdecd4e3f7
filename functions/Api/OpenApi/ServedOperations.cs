using System.Text.Json.Nodes;
using Gatehouse.Protection.Http;

namespace Gatehouse.Api.OpenApi;

/// <summary>Removes operations that are switched off (<see cref="RequiresServiceAttribute"/>) from the description.</summary>
internal static class ServedOperations
{
    private const string OwnTokens = "oauth2";
    private const string TokenEndpoint = "Token";

    /// <param name="text">The whole description.</param>
    /// <param name="functions">The functions; an operation has the name of its function. The exception is <c>Home</c>, the fallback's, which is always on.</param>
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
            // Without own tokens there is no token endpoint, and the URL of this server may not be configured.
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
