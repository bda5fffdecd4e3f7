using System.Collections;
using System.Net;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>The features of one invocation. There are few, so a list is searched faster than a table is built.</summary>
internal sealed class InvocationFeatures(HttpContext http) : IInvocationFeatures
{
    private const int Usual = 4;

    private readonly List<KeyValuePair<Type, object>> _features = new(Usual);

    public T? Get<T>()
    {
        foreach (var (type, feature) in _features)
        {
            if (type == typeof(T))
            {
                return (T)feature;
            }
        }

        // The caller's address, which in Azure only X-Forwarded-For tells.
        return typeof(T) == typeof(IPAddress) ? (T?)(object?)http.Connection.RemoteIpAddress : default;
    }

    public void Set<T>(T? instance)
    {
        if (instance is null)
        {
            _features.RemoveAll(static entry => entry.Key == typeof(T));
        }
        else
        {
            Put(typeof(T), instance);
        }
    }

    /// <summary>For a type that has no name in this code.</summary>
    public void Put(Type type, object instance)
    {
        var index = _features.FindIndex(entry => entry.Key == type);
        if (index < 0)
        {
            _features.Add(new KeyValuePair<Type, object>(type, instance));
        }
        else
        {
            _features[index] = new KeyValuePair<Type, object>(type, instance);
        }
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
